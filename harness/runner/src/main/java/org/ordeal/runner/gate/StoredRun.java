package org.ordeal.runner.gate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Unavailability;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.matrix.MatrixDirectory;

/**
 * A run as a gate sees it.
 *
 * @param path its directory
 * @param info what was run
 * @param results what was found
 */
record StoredRun(Path path, RunInfo info, Results results) {
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * Every run at or below the given directories, in order of their paths; of a matrix's directory,
   * those that its entries stand for.
   *
   * @throws UsageException if one does not exist, holds no run, or holds one without results
   */
  static List<StoredRun> below(List<Path> paths) {
    TreeSet<Path> directories = new TreeSet<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        throw new UsageException("There is no run at %s.".formatted(path));
      }
      int before = directories.size();
      MatrixDirectory matrix = new MatrixDirectory(path);
      if (matrix.plan().isPresent()) {
        directories.addAll(matrixRuns(matrix));
        continue;
      }
      try (Stream<Path> files = Files.walk(path.toRealPath(), 6)) {
        files
            .filter(file -> file.endsWith("run.json"))
            .forEach(file -> directories.add(file.getParent()));
      } catch (IOException e) {
        throw new UsageException("Cannot read %s: %s.".formatted(path, e), e);
      }
      if (directories.size() == before) {
        throw new UsageException("There is no run at or below %s.".formatted(path));
      }
    }
    List<StoredRun> runs = new ArrayList<>();
    for (Path directory : directories) {
      RunDirectory run = RunDirectory.existing(directory);
      if (!Files.exists(run.results())) {
        throw new UsageException(
            "The run %s was ended before it had results; run it again, or leave it out."
                .formatted(directory));
      }
      runs.add(new StoredRun(directory, run.info(), run.readResults()));
    }
    return runs;
  }

  /** Only the runs that count in the matrix, each where it really is. */
  private static List<Path> matrixRuns(MatrixDirectory matrix) {
    List<Path> runs = new ArrayList<>();
    for (Path run : matrix.runs()) {
      try {
        runs.add(run.toRealPath());
      } catch (IOException gone) {
        throw new UsageException(
            "The matrix %s counts the run %s, which is not there.".formatted(matrix.path(), run),
            gone);
      }
    }
    if (runs.isEmpty()) {
      throw new UsageException("The matrix %s has no run yet.".formatted(matrix.path()));
    }
    return runs;
  }

  /** Whether a demand is about this run. */
  boolean in(Policy.Scope scope) {
    return fits(scope.workload(), info.workload())
        && fitsSystem(scope.system())
        && fits(scope.topology(), info.topology())
        && fits(scope.flush(), info.flush())
        && fits(scope.runtime(), info.runtime())
        && scope.faults().stream().allMatch(this::planned);
  }

  private static boolean fits(@org.jspecify.annotations.Nullable String wanted, String found) {
    return wanted == null || wanted.equals(found);
  }

  private boolean fitsSystem(@org.jspecify.annotations.Nullable String wanted) {
    return wanted == null || wanted.equals(info.system()) || info.system().startsWith(wanted + ":");
  }

  private boolean planned(String fault) {
    return results.faults().stream().anyMatch(record -> named(record, fault));
  }

  /** Whether a fault, {@code name} or {@code name:target}, was in force with evidence. */
  boolean suffered(String fault) {
    return results.faults().stream().anyMatch(record -> named(record, fault) && record.took());
  }

  private static boolean named(FaultRecord record, String fault) {
    return fault.equals(record.fault()) || fault.equals(record.fault() + ":" + record.target());
  }

  /** The longest window in which nothing at all could be written, in milliseconds. */
  double longestUnavailabilityMillis() {
    return results.unavailability().stream()
        .filter(window -> window.key().equals("*"))
        .mapToDouble(Unavailability::longestMillis)
        .max()
        .orElse(0);
  }

  /** The 99th percentile of the latency of sends, in milliseconds; empty where none is recorded. */
  OptionalDouble sendP99Millis() {
    Path log = path.resolve("latency.hlog");
    Histogram all = new Histogram(3);
    try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
      while (reader.hasNext()) {
        EncodableHistogram next = reader.nextIntervalHistogram();
        if (next instanceof Histogram histogram
            && histogram.getTag() != null
            && histogram.getTag().startsWith("send")) {
          all.add(histogram);
        }
      }
    } catch (FileNotFoundException absent) {
      return OptionalDouble.empty();
    }
    return all.getTotalCount() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(all.getValueAtPercentile(99) / NANOS_PER_MILLI);
  }
}
