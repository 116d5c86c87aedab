package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.faults.Faults;
import org.ordeal.faults.Target;
import org.ordeal.runner.Documents;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.workloads.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal list}: the names that other commands take. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists workloads, faults, systems, topologies, runtimes and checks.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal list faults"})
final class ListCommand implements Callable<Integer> {

  private static final List<String> KINDS =
      List.of("workloads", "faults", "systems", "topologies", "runtimes", "checks");

  @Parameters(
      arity = "0..1",
      paramLabel = "KIND",
      description = "workloads, faults, systems, topologies, runtimes or checks. Default: all.")
  private @Nullable String kind;

  @Option(names = "--json", description = "Print one JSON object: kind -> names.")
  private boolean json;

  @Spec private CommandSpec spec;

  /**
   * A name that a command takes.
   *
   * @param description a clause or a sentence
   * @param label how its values are called; null where it has none
   * @param values targets of a fault, versions of a system
   */
  private record Item(
      String name, String description, @Nullable String label, List<String> values) {

    Item(String name, String description) {
      this(name, description, null, List.of());
    }

    String line() {
      String sentence = description.endsWith(".") ? description : description + ".";
      return "  %-28s %s%s"
          .formatted(
              name,
              sentence,
              values.isEmpty() ? "" : " %s: %s.".formatted(label, String.join(", ", values)));
    }

    Map<String, Object> document() {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("name", name);
      document.put("description", description);
      if (label != null) {
        document.put(label.toLowerCase(java.util.Locale.ROOT), values);
      }
      return document;
    }
  }

  @Override
  public Integer call() {
    String wanted = kind;
    if (wanted != null && !KINDS.contains(wanted)) {
      throw UsageException.unknownName("list", wanted, KINDS);
    }
    Map<String, List<Item>> lists = new LinkedHashMap<>();
    for (String each : wanted == null ? KINDS : List.of(wanted)) {
      lists.put(each, items(each));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      lists.forEach((name, items) -> document.put(name, documents(items)));
      out.println(Documents.text(document));
      return 0;
    }
    lists.forEach(
        (name, items) -> {
          if (wanted == null) {
            out.println(name + ":");
          }
          items.forEach(item -> out.println(item.line()));
          if (wanted == null) {
            out.println();
          }
        });
    return 0;
  }

  private static List<Map<String, Object>> documents(List<Item> items) {
    return items.stream().map(Item::document).toList();
  }

  private static List<Item> items(String kind) {
    return switch (kind) {
      case "workloads" ->
          Workloads.all().stream().map(w -> new Item(w.name(), w.description())).toList();
      case "faults" ->
          Faults.all().stream()
              .map(
                  f ->
                      new Item(
                          f.name(),
                          f.description(),
                          "Targets",
                          f.targets().stream().map(Target::name).toList()))
              .toList();
      case "systems" ->
          Systems.providers().stream()
              .map(
                  p ->
                      p.known().size() < 2
                          ? new Item(p.usage(), p.description())
                          : new Item(p.usage(), p.description(), "Known", p.known()))
              .toList();
      case "topologies" ->
          Arrays.stream(Topology.values()).map(t -> new Item(t.label(), t.description())).toList();
      case "runtimes" ->
          Runtimes.all().stream().map(r -> new Item(r.name(), r.description())).toList();
      default -> {
        List<Item> checks = new ArrayList<>();
        HistoryChecks.byName()
            .forEach((name, check) -> checks.add(new Item(name, check.description())));
        yield checks;
      }
    };
  }
}
