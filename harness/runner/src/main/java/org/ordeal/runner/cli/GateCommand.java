package org.ordeal.runner.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.gate.Gate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal gate}. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    description = {
      "Decides by a policy whether a set of runs lets a release pass.",
      "Exit code: 0 it passes; 1 it does not, and the output says which line of the policy failed"
          + " and by which run; 64 the policy or a run is missing or corrupt."
    },
    footerHeading = "%nExample:%n",
    footer = {"  ordeal gate store --policy harness/policies/release.yaml"})
final class GateCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Run directories, or directories that hold some.")
  List<Path> runs = List.of();

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "The policy, as YAML.")
  Path policy = Path.of("policy.yaml");

  @Option(
      names = "--baseline",
      paramLabel = "RUN",
      description = "Runs of an earlier release, for p99Factor.")
  List<Path> baseline = List.of();

  @Option(names = "--json", description = "Print the decision as one JSON object.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    Gate.Decision decision = new Gate().decide(policy, runs, baseline);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(decision));
    } else {
      for (Gate.Finding finding : decision.findings()) {
        out.println(
            "%-4s %s: %s%s"
                .formatted(
                    finding.held() ? "ok" : "FAIL",
                    finding.line() > 0 ? policy + ":" + finding.line() : policy,
                    finding.sentence(),
                    finding.run() == null ? "" : " [" + finding.run() + "]"));
      }
      out.println(
          decision.open()
              ? "The gate is open: %s, %d runs.".formatted(decision.policy(), decision.runs())
              : "The gate is closed: %s, %d runs, %d demands not met."
                  .formatted(
                      decision.policy(),
                      decision.runs(),
                      decision.findings().stream().filter(f -> !f.held()).count()));
    }
    out.flush();
    return (decision.open() ? ExitCode.PASS : ExitCode.BROKEN).number();
  }
}
