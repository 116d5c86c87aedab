package org.ordeal.runner.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterFile;
import picocli.CommandLine.Option;

/** The option that says where a cluster to play with keeps its files, and what is there. */
final class ClusterDirectory {

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "store/cluster",
      description =
          "Where the cluster keeps configuration, logs and data. Default: ${DEFAULT-VALUE}.")
  Path directory;

  Path path() {
    return directory.toAbsolutePath().normalize();
  }

  /** The cluster that runs there; empty where none does, or its keeper was killed. */
  Optional<ClusterFile> running() {
    try {
      return ClusterFile.read(path()).filter(ClusterDirectory::kept);
    } catch (IOException e) {
      throw new UsageException(
          "The cluster in %s cannot be read: %s.".formatted(directory, e.getMessage()), e);
    }
  }

  static boolean kept(ClusterFile file) {
    return ProcessHandle.of(file.keeper())
        .flatMap(process -> process.info().startInstant())
        .filter(start -> start.toEpochMilli() == file.keeperStartMillis())
        .isPresent();
  }
}
