package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ordeal.runner.Documents;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.cluster.Doctor;
import org.ordeal.runner.container.ContainerDoctor;
import org.ordeal.runner.container.ContainerRuntime;
import org.ordeal.runner.process.ProcessRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ordeal doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what this machine can run, and what is missing for the rest.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal doctor"})
final class DoctorCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ProcessRuntime.sweep(json ? err::println : out::println);
    ContainerRuntime.sweep(json ? err::println : out::println);
    List<Doctor.Finding> findings = new ArrayList<>(Doctor.examine());
    findings.addAll(ContainerDoctor.examine());
    boolean fit = findings.stream().noneMatch(Doctor.Finding::hinders);
    if (json) {
      out.println(Documents.text(Map.of("fit", fit, "findings", findings)));
      return (fit ? ExitCode.PASS : ExitCode.ENVIRONMENT).number();
    }
    for (Doctor.Finding finding : findings) {
      out.printf("%-8s %-18s %s%n", finding.state().label(), finding.subject(), finding.sentence());
    }
    out.println(
        fit
            ? "This machine can run what is marked ok."
            : "The process runtime, which everything else builds on, cannot run here.");
    return (fit ? ExitCode.PASS : ExitCode.ENVIRONMENT).number();
  }
}
