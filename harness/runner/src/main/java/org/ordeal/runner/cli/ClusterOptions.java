package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Topology;
import picocli.CommandLine.Option;

/** The options that say which cluster to play with. */
final class ClusterOptions {

  @Option(
      names = "--system",
      paramLabel = "SYSTEM",
      defaultValue = "reference",
      description = "reference, rocketmq:VERSION or dist:DIR. Default: ${DEFAULT-VALUE}.")
  String system;

  @Option(
      names = "--topology",
      paramLabel = "TOPOLOGY",
      defaultValue = "dledger",
      description =
          "single, dledger, async-master, sync-master or controller. Default: ${DEFAULT-VALUE}.")
  String topology;

  @Option(
      names = "--flush",
      paramLabel = "MODE",
      defaultValue = "sync",
      description = "sync or async. Default: ${DEFAULT-VALUE}.")
  String flush;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Brokers in each group. Default: what the topology needs.")
  @Nullable Integer nodes;

  @Option(
      names = "--groups",
      paramLabel = "N",
      defaultValue = "1",
      description = "Broker groups. Default: ${DEFAULT-VALUE}.")
  int groups;

  @Option(
      names = "--nameservers",
      paramLabel = "N",
      defaultValue = "3",
      description = "NameServers. Default: ${DEFAULT-VALUE}.")
  int nameServers;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Broker properties to lay over those of every broker.")
  @Nullable Path conf;

  /** The cluster that these options describe. */
  ClusterSpec spec() {
    Topology wanted =
        Topology.named(topology)
            .orElseThrow(() -> UsageException.unknownName("topology", topology, Topology.labels()));
    Flush mode =
        Flush.named(flush)
            .orElseThrow(
                () -> UsageException.unknownName("flush mode", flush, List.of("sync", "async")));
    Integer each = nodes;
    try {
      return new ClusterSpec(
          wanted,
          mode,
          groups,
          each == null ? wanted.defaultNodes() : each,
          nameServers,
          0,
          properties(),
          Map.of());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The same options again, as words of a command line. */
  List<String> words() {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--system=" + system,
                "--topology=" + topology,
                "--flush=" + flush,
                "--groups=" + groups,
                "--nameservers=" + nameServers));
    if (nodes != null) {
      words.add("--nodes=" + nodes);
    }
    Path file = conf;
    if (file != null) {
      words.add("--conf=" + file.toAbsolutePath());
    }
    return words;
  }

  private Map<String, String> properties() {
    Path file = conf;
    if (file == null) {
      return Map.of();
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    } catch (IOException e) {
      throw new UsageException(
          "The broker properties in %s cannot be read: %s.".formatted(file, e), e);
    }
    Map<String, String> properties = new LinkedHashMap<>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    return properties;
  }
}
