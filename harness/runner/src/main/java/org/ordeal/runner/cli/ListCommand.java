package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Faults;
import org.ordeal.faults.Target;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.workloads.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String wanted = kind;
    if (wanted != null && !KINDS.contains(wanted)) {
      throw UsageException.unknownName("list", wanted, KINDS);
    }
    PrintWriter out = spec.commandLine().getOut();
    for (String each : wanted == null ? KINDS : List.of(wanted)) {
      if (wanted == null) {
        out.println(each + ":");
      }
      list(out, each);
      if (wanted == null) {
        out.println();
      }
    }
    return 0;
  }

  private static void list(PrintWriter out, String kind) {
    switch (kind) {
      case "workloads" -> Workloads.all().forEach(w -> line(out, w.name(), w.description()));
      case "faults" -> Faults.all().forEach(f -> line(out, f.name(), f.description() + targets(f)));
      case "systems" ->
          Systems.providers()
              .forEach(
                  p ->
                      line(
                          out,
                          p.usage(),
                          p.description()
                              + (p.known().size() < 2
                                  ? ""
                                  : " (" + String.join(", ", p.known()) + ")")));
      case "topologies" -> {
        for (Topology topology : Topology.values()) {
          line(out, topology.label(), topology.description());
        }
      }
      case "runtimes" -> Runtimes.all().forEach(r -> line(out, r.name(), r.description()));
      default -> HistoryChecks.byName().forEach((name, c) -> line(out, name, c.description()));
    }
  }

  private static String targets(Fault fault) {
    return " Targets: "
        + fault.targets().stream().map(Target::name).collect(Collectors.joining(", "))
        + ".";
  }

  private static void line(PrintWriter out, String name, String description) {
    out.println("  %-22s %s".formatted(name, description));
  }
}
