package org.ordeal.runner;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;

/**
 * The directory of one run: {@code store/<workload>/<timestamp>/}. Immutable.
 *
 * @param path the directory
 */
public record RunDirectory(Path path) {

  /** Less room than this and no run is begun: histories and broker stores would not fit. Bytes. */
  static final long LEAST_ROOM = 256L << 20;

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS", Locale.ROOT);

  /**
   * Makes the directory of a new run and lets {@code store/latest} lead to it.
   *
   * @throws EnvironmentException where the store cannot be written or is full
   */
  public static RunDirectory create(Path store, String workload) {
    Path directory = null;
    try {
      Path parent = Files.createDirectories(store.toAbsolutePath().normalize().resolve(workload));
      FileStore room = Files.getFileStore(parent);
      if (room.getUsableSpace() < LEAST_ROOM) {
        throw new EnvironmentException(
            "The store %s has %d MiB left, and a run needs %d MiB; free some, or give another --store."
                .formatted(store, room.getUsableSpace() >> 20, LEAST_ROOM >> 20));
      }
      directory = fresh(parent);
      Files.createDirectory(directory.resolve("nodes"));
    } catch (IOException unwritable) {
      throw new EnvironmentException(
          "The store %s cannot be written: %s. Give another --store."
              .formatted(store, reason(unwritable)),
          unwritable);
    }
    RunDirectory run = new RunDirectory(directory);
    run.makeLatest(store.toAbsolutePath().normalize());
    return run;
  }

  /**
   * The directory that a user named, which may be {@code store/latest}.
   *
   * @throws UsageException where it is no run
   */
  public static RunDirectory existing(Path path) {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException missing) {
      throw new UsageException("There is no run at %s.".formatted(path), missing);
    }
    if (!Files.isRegularFile(real.resolve("run.json"))) {
      throw new UsageException("%s is no run directory: it has no run.json.".formatted(path));
    }
    return new RunDirectory(real);
  }

  private static Path fresh(Path parent) throws IOException {
    while (true) {
      String stamp = STAMP.format(ZonedDateTime.now(ZoneOffset.UTC));
      try {
        return Files.createDirectory(parent.resolve(stamp));
      } catch (FileAlreadyExistsException another) {
        Thread.onSpinWait(); // another run took this millisecond
      }
    }
  }

  private void makeLatest(Path store) {
    Path latest = store.resolve("latest");
    Path beside = store.resolve(".latest-" + ProcessHandle.current().pid());
    try {
      if (Files.isDirectory(latest, LinkOption.NOFOLLOW_LINKS)) {
        return; // somebody's own directory is not ours to replace
      }
      Files.deleteIfExists(beside);
      Files.createSymbolicLink(beside, store.relativize(path));
      Files.move(
          beside,
          latest,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | UnsupportedOperationException noLinks) {
      // A file system without links loses the convenience and nothing else.
      try {
        Files.deleteIfExists(beside);
      } catch (IOException ignored) {
        // It never came to be.
      }
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " is a file";
      case java.nio.file.FileSystemException system when system.getReason() != null ->
          system.getFile() + ": " + system.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** A file of the run. */
  public Path file(String name) {
    return path.resolve(name);
  }

  public Path schedule() {
    return file("schedule.json");
  }

  public Path executed() {
    return file("executed.json");
  }

  public Path history() {
    Path compressed = file("history.jsonl.gz");
    return Files.exists(compressed) ? compressed : file("history.jsonl");
  }

  public Path results() {
    return file("results.json");
  }

  public Path latency() {
    return file("latency.hlog");
  }

  public Path report() {
    return file("report.html");
  }

  public Path junit() {
    return file("junit.xml");
  }

  /** The directory of a node. */
  public Path node(String name) {
    return path.resolve("nodes").resolve(name);
  }

  /** {@code run.json}. */
  public RunInfo info() {
    return Documents.read(file("run.json"), RunInfo.class);
  }

  /** {@code results.json}. */
  public Results readResults() {
    return Documents.read(results(), Results.class);
  }
}
