package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.OrdealException;
import org.ordeal.runner.Suggestions;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command early into one sentence on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

  private final PrintWriter err;
  private final List<String> arguments;

  Failures(PrintWriter err, String... arguments) {
    this.err = err;
    this.arguments = List.of(arguments);
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    if (failure.getCause() instanceof OrdealException known) {
      return handle(known);
    }
    String sentence = String.valueOf(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      boolean option = word.startsWith("-");
      List<String> known = new ArrayList<>();
      if (option) {
        command.getCommandSpec().options().forEach(o -> known.addAll(List.of(o.names())));
      } else {
        known.addAll(command.getSubcommands().keySet());
      }
      sentence =
          "%s does not know the %s '%s'. %s"
              .formatted(
                  command.getCommandSpec().qualifiedName(),
                  option ? "option" : known.isEmpty() ? "argument" : "command",
                  word,
                  known.isEmpty() ? "" : Suggestions.sentence(word, known));
    }
    err.println("ordeal: " + sentence.strip());
    err.println("Try '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    return ExitCode.USAGE.number();
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    if (failure instanceof OrdealException known) {
      return handle(known);
    }
    return internal(failure);
  }

  private int handle(OrdealException known) {
    err.println("ordeal: " + known.getMessage());
    return known.exitCode().number();
  }

  private int internal(Throwable failure) {
    String where;
    try {
      Path file = Files.createTempFile("ordeal-internal-error-", ".log");
      try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
        writer.println(Instant.now() + " ordeal " + String.join(" ", arguments));
        failure.printStackTrace(writer);
      }
      where = "The stack trace is in " + file + "; please report it with the command line.";
    } catch (IOException unwritable) {
      where = "The stack trace could not be written: " + unwritable.getMessage() + ".";
    }
    err.println(
        "ordeal: internal error: %s: %s. %s"
            .formatted(failure.getClass().getSimpleName(), failure.getMessage(), where));
    return ExitCode.INTERNAL.number();
  }
}
