package org.ordeal.workloads.recorder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many operations (an invocation and a completion each) a second the recorder takes, and how
 * fast they are merged again. Not a test: run its {@code main} by hand.
 */
final class RecorderBenchmark {

  private static final int EACH = 200_000;

  private RecorderBenchmark() {}

  /** Arguments: how many threads, 4 unless told. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 4;
    for (int round = 0; round < 3; round++) {
      Path directory = Files.createTempDirectory("recorder-benchmark");
      long start = System.nanoTime();
      try (Recorder recorder =
          Recorder.open(directory, 0, 1_000_000, System.nanoTime(), Recorder.SEGMENT_BYTES)) {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          writers.add(Thread.ofPlatform().start(() -> write(recorder.newProcess())));
        }
        for (Thread writer : writers) {
          writer.join();
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long merging = System.nanoTime();
      long[] events = {0};
      HistoryMerge.open(List.of(directory), Collections.emptyIterator())
          .forEachRemaining(operation -> events[0]++);
      System.out.printf(
          "%d threads: %,.0f operations/s recorded; %,.0f events/s merged%n",
          threads, threads * EACH / seconds, events[0] / ((System.nanoTime() - merging) / 1e9));
      delete(directory);
    }
  }

  private static void write(RecordedProcess process) {
    for (int i = 0; i < EACH; i++) {
      String value = process.uniqueValue();
      process.invoke("send", "t0-broker0-3", null, value);
      process.ok("n1", List.of((long) i, value));
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
