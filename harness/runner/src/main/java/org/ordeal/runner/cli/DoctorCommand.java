package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.cluster.Doctor;
import org.ordeal.runner.process.ProcessRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ordeal doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what this machine can run, and what is missing for the rest.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal doctor"})
final class DoctorCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ProcessRuntime.sweep(out::println);
    List<Doctor.Finding> findings = Doctor.examine();
    for (Doctor.Finding finding : findings) {
      out.printf("%-8s %-18s %s%n", finding.state().label(), finding.subject(), finding.sentence());
    }
    boolean fit = findings.stream().noneMatch(Doctor.Finding::hinders);
    out.println(
        fit
            ? "This machine can run what is marked ok."
            : "The process runtime, which everything else builds on, cannot run here.");
    return (fit ? ExitCode.PASS : ExitCode.ENVIRONMENT).number();
  }
}
