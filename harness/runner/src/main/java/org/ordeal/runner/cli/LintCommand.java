package org.ordeal.runner.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.lint.Finding;
import org.ordeal.runner.lint.Lint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal lint}. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description = {
      "Reads broker and NameServer property files and tells what will not do what you think.",
      "Files of one cluster are checked against one another too, so name them all.",
      "Exit code: 0 nothing found, 1 something found, 64 a file is missing or unreadable."
    },
    footerHeading = "%nExample:%n",
    footer = {"  ordeal lint broker-n0.conf broker-n1.conf broker-n2.conf namesrv-n0.conf"})
final class LintCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Property files of one cluster.")
  List<Path> files = List.of();

  @Option(names = "--json", description = "Print one JSON object a finding and line.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    List<Finding> findings = new Lint().check(files);
    PrintWriter out = spec.commandLine().getOut();
    ObjectMapper mapper = new ObjectMapper();
    for (Finding finding : findings) {
      out.println(json ? mapper.writeValueAsString(finding) : finding.text());
    }
    if (!json) {
      long errors = findings.stream().filter(f -> f.severity() == Finding.Severity.ERROR).count();
      out.println(
          "%d %s, %d %s in %d %s."
              .formatted(
                  errors,
                  errors == 1 ? "error" : "errors",
                  findings.size() - errors,
                  findings.size() - errors == 1 ? "warning" : "warnings",
                  files.size(),
                  files.size() == 1 ? "file" : "files"));
    }
    out.flush();
    return (findings.isEmpty() ? ExitCode.PASS : ExitCode.BROKEN).number();
  }
}
