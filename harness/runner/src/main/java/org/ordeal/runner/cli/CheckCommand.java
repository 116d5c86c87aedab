package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.CheckRequest;
import org.ordeal.checks.CheckRequest.Engine;
import org.ordeal.checks.FileCheck;
import org.ordeal.checks.knossos.KnossosMissingException;
import org.ordeal.checks.linearizability.Models;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistoryFormatException;
import org.ordeal.history.Verdict;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.Recheck;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.promise.Judgement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks whether histories are linearizable.",
      "A history is a file in JSON lines or in Jepsen's EDN, plain or gzip, or the directory of a"
          + " run. Without --model a run is judged anew: by the checks of its workload, its promise"
          + " and the evidence of its faults."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ordeal check history.jsonl --model register",
      "  ordeal check store/latest",
      "  ordeal check store/latest --model log --json",
      "  ordeal check *.edn --model cas-register --engine both --knossos-classpath knossos/"
    })
final class CheckCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "FILE|RUN", description = "Histories or runs.")
  private List<Path> inputs = List.of();

  @Option(
      names = "--model",
      paramLabel = "M",
      description =
          "register, cas-register, cas-register-strict (a failed cas says that the value differed),"
              + " mutex, kv-append, fifo-queue, unordered-queue, log, or one of your own. Not"
              + " needed for a run.")
  private @Nullable String model;

  @Option(
      names = "--initial",
      paramLabel = "VALUE",
      description = "What a register holds, or at which offset a log begins, at first.")
  private @Nullable String initial;

  @Option(
      names = "--independent",
      description = "Values are the tuples [key value] of Jepsen's independent.")
  private boolean independent;

  @Option(
      names = "--engine",
      defaultValue = "native",
      paramLabel = "E",
      description = "native, knossos or both. Default: ${DEFAULT-VALUE}.")
  private String engine = "native";

  @Option(
      names = "--knossos-classpath",
      paramLabel = "PATH",
      description = "Folders and jars with Knossos and Clojure.")
  private @Nullable String knossosClasspath;

  @Option(
      names = "--budget",
      defaultValue = "30s",
      converter = Durations.class,
      paramLabel = "TIME",
      description =
          "Time for each history; past it the verdict is unknown. Default: ${DEFAULT-VALUE}.")
  private Duration budget = CheckBudget.DEFAULT_TIME;

  @Option(
      names = "--json",
      description = "Print one JSON object for each history, or for each check of a run.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    String named = model;
    if (named != null && !Models.names().contains(named)) {
      throw UsageException.unknownName("model", named, Models.names());
    }
    if (budget.isZero()) {
      throw new UsageException("--budget must be more than nothing.");
    }
    try {
      if (named == null) {
        return recheck(out).exitCode();
      }
      CheckRequest request =
          new CheckRequest(
              files(),
              named,
              value(initial),
              engine(),
              independent,
              CheckBudget.ofTime(budget),
              knossosClasspath);
      return request
          .run(
              answer -> {
                out.print(json ? answer.json() + System.lineSeparator() : answer.text());
                out.flush();
              })
          .exitCode();
    } catch (IOException | HistoryFormatException | IllegalArgumentException e) {
      throw new UsageException(sentences(e));
    } catch (UncheckedIOException e) {
      throw new UsageException(sentences(e));
    } catch (KnossosMissingException e) {
      throw new EnvironmentException(String.valueOf(e.getMessage()));
    }
  }

  /** What was wrong with a file, and with each other file that could not be judged. */
  private static String sentences(Exception failure) {
    String all = sentence(failure);
    for (Throwable other : failure.getSuppressed()) {
      all += System.lineSeparator() + "ordeal: " + sentence(other);
    }
    return all;
  }

  private static String sentence(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    String sentence =
        switch (failure) {
          case NoSuchFileException missing -> "There is no file " + text;
          case AccessDeniedException denied -> "The file " + text + " may not be read";
          case IOException unreadable -> "Cannot read " + text;
          case UncheckedIOException unreadable -> "A history cannot be read: " + text;
          default -> text;
        };
    return sentence.endsWith(".") ? sentence : sentence + ".";
  }

  /** Runs by their workloads' own checks. */
  private Verdict recheck(PrintWriter out) throws IOException {
    if (initial != null || knossosClasspath != null || independent || engine() != Engine.NATIVE) {
      throw new UsageException(
          "--initial, --independent and --engine say how a --model is checked: give one.");
    }
    List<RunDirectory> runs = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isRegularFile(input)) {
        throw new UsageException(
            "%s is a history, which does not say what must hold: give --model. (The directory of a run needs none.)"
                .formatted(input));
      }
      runs.add(RunDirectory.existing(input));
    }
    Verdict worst = Verdict.PASS;
    for (RunDirectory run : runs) {
      Judgement judgement = Recheck.of(run, CheckBudget.ofTime(budget));
      for (CheckResult result : new TreeMap<>(judgement.checks()).values()) {
        FileCheck answer = new FileCheck(run.history().toString(), result.check(), List.of(result));
        out.print(json ? answer.json() + System.lineSeparator() : answer.text());
      }
      if (!json) {
        out.println(
            "%s: %s: %s"
                .formatted(
                    run.path(),
                    judgement.verdict().name().toLowerCase(Locale.ROOT),
                    judgement.reason()));
      }
      out.flush();
      worst = worst.and(judgement.verdict());
    }
    return worst;
  }

  private Engine engine() {
    for (Engine candidate : Engine.values()) {
      if (candidate.label().equals(engine.toLowerCase(Locale.ROOT))) {
        return candidate;
      }
    }
    throw UsageException.unknownName("engine", engine, List.of("native", "knossos", "both"));
  }

  /** A whole number is one, everything else is text. */
  private static @Nullable Object value(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      files.add(Files.isDirectory(input) ? historyOf(input) : input);
    }
    return files;
  }

  private static Path historyOf(Path run) {
    for (String name : List.of("history.jsonl", "history.jsonl.gz", "history.edn")) {
      if (Files.exists(run.resolve(name))) {
        return run.resolve(name);
      }
    }
    throw new UsageException("The directory " + run + " holds no history.jsonl: it is no run.");
  }
}
