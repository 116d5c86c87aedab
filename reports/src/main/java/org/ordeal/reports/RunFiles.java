package org.ordeal.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Schedule;

/**
 * The documents of one run directory.
 *
 * @param directory the run directory
 * @param info {@code run.json}
 * @param results {@code results.json}
 */
record RunFiles(Path directory, RunInfo info, Results results) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .build();

  /**
   * Reads a run directory.
   *
   * @throws IOException if {@code run.json} or {@code results.json} is missing or cannot be read
   */
  static RunFiles read(Path directory) throws IOException {
    return new RunFiles(
        directory,
        read(directory.resolve("run.json"), RunInfo.class),
        read(directory.resolve("results.json"), Results.class));
  }

  /** The run that a directory holds; empty where it holds none that can be read. */
  static Optional<RunFiles> tryRead(Path directory) {
    try {
      return Optional.of(read(directory));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What was really done to the system; empty where that is not known. */
  Optional<Schedule> executed() {
    try {
      return Optional.of(read(directory.resolve("executed.json"), Schedule.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The history, packed or plain; empty where there is none. */
  Optional<Path> history() {
    for (String name : new String[] {"history.jsonl", "history.jsonl.gz"}) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** The latency log; empty where there is none. */
  Optional<Path> latencies() {
    Path file = directory.resolve("latency.hlog");
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  static <T> T read(Path file, Class<T> type) throws IOException {
    try {
      T document = JSON.readValue(Files.readAllBytes(file), type);
      if (document == null) {
        throw new IOException("cannot report on " + file + ": it holds null, not a document");
      }
      return document;
    } catch (NoSuchFileException e) {
      throw new IOException(
          "cannot report on this run: there is no " + file + "; was the run cut short?", e);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "cannot report on this run: " + file + " is corrupt: " + e.getOriginalMessage(), e);
    }
  }
}
