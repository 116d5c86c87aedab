package org.ordeal.junit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.cluster.ClusterException;

/** Gives test methods the outcome of a run, or a running cluster; see {@link Cluster}. */
public final class OrdealExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(OrdealExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == RunOutcome.class || type == org.ordeal.runner.cluster.Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Scenario scenario = scenario(context);
    try {
      if (parameter.getParameter().getType() == RunOutcome.class) {
        RunOutcome outcome = scenario.run();
        attach(context, outcome);
        return outcome;
      }
      OpenCluster open = new OpenCluster(scenario.launch());
      context.getStore(NAMESPACE).put(context.getUniqueId(), open);
      return open.cluster();
    } catch (ClusterException e) {
      throw new ParameterResolutionException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ParameterResolutionException("The cluster was interrupted while it started.", e);
    }
  }

  /** Closed by JUnit with the test that it was opened for. */
  private record OpenCluster(org.ordeal.runner.cluster.Cluster cluster) implements AutoCloseable {
    @Override
    public void close() {
      cluster.close();
    }
  }

  /** In the form that Jenkins and others take for a file attached to a test. */
  private static void attach(ExtensionContext context, RunOutcome outcome) {
    context.publishReportEntry("ordeal.report", outcome.directory().report().toString());
    System.out.println("[[ATTACHMENT|" + outcome.directory().report() + "]]");
  }

  private static Scenario scenario(ExtensionContext context) {
    Cluster cluster =
        context
            .getElement()
            .map(element -> element.getAnnotation(Cluster.class))
            .or(
                () ->
                    context.getTestClass().map(testClass -> testClass.getAnnotation(Cluster.class)))
            .orElseThrow(
                () ->
                    new ParameterResolutionException(
                        "Neither the method nor its class says on which @Cluster it runs."));
    Optional<Faults> faults =
        context.getElement().map(element -> element.getAnnotation(Faults.class));
    return new Scenario(
        faults.map(Faults::workload).orElse("durability"),
        property("ordeal.system", cluster.system()),
        cluster.topology(),
        cluster.flush(),
        cluster.nodes() == 0 ? null : cluster.nodes(),
        cluster.groups(),
        cluster.nameServers(),
        property("ordeal.runtime", cluster.runtime()),
        properties(cluster.properties()),
        faults.map(Faults::value).map(List::of).orElse(List.of()),
        duration(property("ordeal.time", faults.map(Faults::time).orElse("30s"))),
        faults.map(Faults::rate).filter(rate -> rate > 0).orElse(null),
        seed(faults.map(Faults::seed).orElse(0L)),
        faults.map(Faults::require).orElse("documented"),
        Path.of(property("ordeal.store", "store")));
  }

  static String property(String name, String otherwise) {
    String given = System.getProperty(name, "");
    return given.isEmpty() ? otherwise : given;
  }

  static @Nullable Long seed(long annotated) {
    String given = System.getProperty("ordeal.seed", "");
    if (!given.isEmpty()) {
      return Long.valueOf(given);
    }
    return annotated == 0 ? null : annotated;
  }

  static Duration duration(String text) {
    String stripped = text.strip();
    return Duration.parse(stripped.startsWith("P") ? stripped : "PT" + stripped);
  }

  private static Map<String, String> properties(String[] pairs) {
    Map<String, String> properties = new HashMap<>();
    Arrays.stream(pairs)
        .forEach(
            pair -> {
              int equals = pair.indexOf('=');
              if (equals <= 0) {
                throw new ParameterResolutionException(
                    "@Cluster(properties) has '%s', which is not key=value.".formatted(pair));
              }
              properties.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
            });
    return properties;
  }
}
