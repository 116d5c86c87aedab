package org.ordeal.runner.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * {@code cluster.json}: what {@code ordeal cluster up} leaves for {@code status} and {@code down}.
 * It appears when the cluster is ready and disappears when it is stopped.
 *
 * @param system what runs
 * @param topology how
 * @param keeper process that keeps the cluster
 * @param keeperStartMillis when that started, in milliseconds since 1970: with the pid it names one
 *     process for good
 * @param nameServers where NameServers listen, as {@code NAMESRV_ADDR} wants it
 * @param hosts hosts file by which a client on this machine finds the brokers
 * @param nodes every node
 */
public record ClusterFile(
    String system,
    String topology,
    long keeper,
    long keeperStartMillis,
    String nameServers,
    String hosts,
    List<Entry> nodes) {

  private static final String NAME = "cluster.json";

  public ClusterFile {
    nodes = List.copyOf(nodes);
  }

  /**
   * One node.
   *
   * @param name host name
   * @param kind what it does
   * @param group its group
   * @param address where it listens, empty for nodes that do not
   * @param pid its process when the cluster became ready
   * @param directory configuration and logs
   */
  public record Entry(
      String name, String kind, String group, String address, long pid, String directory) {}

  /** Writes it, whole or not at all. */
  public void write(Path directory) throws IOException {
    Path draft = directory.resolve(NAME + ".new");
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(draft.toFile(), this);
    Files.move(draft, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads it; empty where there is none. */
  public static Optional<ClusterFile> read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    return Files.exists(file)
        ? Optional.of(new ObjectMapper().readValue(file.toFile(), ClusterFile.class))
        : Optional.empty();
  }

  /** Removes it. */
  public static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
  }
}
