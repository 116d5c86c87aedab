package org.ordeal.workloads.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a client node is told when it starts: the JSON file that {@code -c} names.
 *
 * @param name name of the node, such as {@code c0}
 * @param nameServers {@code host:port} of each NameServer, as this node is to dial them
 * @param directory where it keeps its operation log, its own log and its control address
 * @param firstProcess first process number that it may use
 * @param endProcess one past the last process number that it may use
 * @param originNanos {@link System#nanoTime()} of the harness at the start of the run; the clock is
 *     one for all processes of a machine
 * @param controlAddress {@code host:port} to listen on for the harness; port 0 picks a free one
 */
public record ClientConfig(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) List<String> nameServers,
    @JsonProperty(required = true) String directory,
    @JsonProperty(required = true) int firstProcess,
    @JsonProperty(required = true) int endProcess,
    @JsonProperty(required = true) long originNanos,
    @JsonProperty(required = true) String controlAddress) {

  public ClientConfig {
    nameServers = List.copyOf(nameServers);
    if (firstProcess < 0 || endProcess <= firstProcess) {
      throw new IllegalArgumentException(
          "Client node %s was given the process numbers from %d to %d, which is no range."
              .formatted(name, firstProcess, endProcess));
    }
  }

  /** How many process numbers the n-th client node of a run gets. */
  public static final int PROCESSES_PER_NODE = 4_000_000;

  /**
   * The configuration of the n-th client node of a run, with a range of process numbers of its own.
   *
   * @param number its number, from 0
   */
  public static ClientConfig ofNode(
      int number,
      String name,
      List<String> nameServers,
      Path directory,
      long originNanos,
      String controlAddress) {
    return new ClientConfig(
        name,
        nameServers,
        directory.toString(),
        Math.multiplyExact(number, PROCESSES_PER_NODE),
        Math.multiplyExact(number + 1, PROCESSES_PER_NODE),
        originNanos,
        controlAddress);
  }

  /** Writes the file that {@link #read} reads. */
  public void write(Path file) throws IOException {
    Files.writeString(
        file,
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(this));
  }

  /**
   * Reads a configuration.
   *
   * @throws IOException if the file cannot be read or is no configuration; the message says why
   */
  public static ClientConfig read(Path file) throws IOException {
    try {
      return JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build()
          .readValue(file.toFile(), ClientConfig.class);
    } catch (JacksonException e) {
      throw new IOException(
          "Could not read the client node's configuration %s: %s"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }
}
