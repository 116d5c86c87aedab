package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Schedule;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.plan.FaultRequest;
import org.ordeal.runner.plan.ScheduleFile;
import picocli.CommandLine.Option;

/** The options that say what a run is made of; shared by the commands that make runs. */
final class RunOptions {

  @Option(
      names = "--system",
      paramLabel = "SYSTEM",
      defaultValue = "reference",
      description =
          "System under test: reference, rocketmq:VERSION, dist:DIR, image:REF. Default: ${DEFAULT-VALUE}.")
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
      description =
          "Brokers in each group. Default: what the topology needs (dledger 3, single 1).")
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
  int nameservers;

  @Option(
      names = "--faults",
      paramLabel = "FAULT[:TARGET][@NAME=VALUE]",
      split = ",",
      defaultValue = "none",
      description =
          "Faults to inject, such as kill:leader,partition:one-way, or none; @ sets attributes, as"
              + " in power-loss:all@keep=0.5@metadata=strict. See 'ordeal list faults'. Default:"
              + " ${DEFAULT-VALUE}.")
  List<String> faults;

  @Option(
      names = "--schedule",
      paramLabel = "FILE",
      description = "A schedule with exact times and targets, in the format of executed.json.")
  @Nullable Path schedule;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Durations.class,
      description = "How long the load runs. Default: ${DEFAULT-VALUE}.")
  Duration time;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Operations a second, all clients together. Default: the workload's own.")
  @Nullable Integer rate;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Client nodes (a JVM each). Default: the workload's own.")
  @Nullable Integer clients;

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      defaultValue = "process",
      description = "process or container. Default: ${DEFAULT-VALUE}.")
  String runtime;

  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Broker properties to add to those that the topology sets.")
  @Nullable Path conf;

  @Option(
      names = "--require",
      paramLabel = "PROMISE",
      defaultValue = "documented",
      description =
          "What a lost acknowledged message means: documented (as the configuration promises), keeps"
              + " (any loss is a failure), none (any loss is permitted). Default: ${DEFAULT-VALUE}.")
  String require;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      defaultValue = "store",
      description = "Where run directories go. Default: ${DEFAULT-VALUE}.")
  Path store;

  @Option(
      names = "--recovery",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Durations.class,
      description =
          "How long the cluster may take to come back after all faults are healed. Default:"
              + " ${DEFAULT-VALUE}.")
  Duration recovery;

  /**
   * Turns the words into values.
   *
   * @param command the command line, word by word
   * @param seed null to draw one
   * @throws UsageException where a file is missing or corrupt, or options exclude each other
   */
  RunRequest request(List<String> command, String workload, @Nullable Long seed) {
    Schedule given = schedule == null ? null : ScheduleFile.read(schedule);
    if (faults.isEmpty()) {
      throw new UsageException("--faults names no fault; write none where none is meant.");
    }
    List<FaultRequest> requests = FaultRequest.parse(faults);
    if (given != null && !requests.isEmpty()) {
      throw new UsageException(
          "--schedule says exactly what is injected, so --faults cannot stand beside it.");
    }
    long drawn =
        seed != null ? seed : given != null ? given.seed() : new SecureRandom().nextLong(1L << 48);
    return new RunRequest(
        command,
        workload,
        system,
        topology,
        flush,
        nodes,
        groups,
        nameservers,
        requests,
        given,
        time,
        rate,
        clients,
        runtime,
        properties(),
        require,
        store,
        recovery,
        drawn);
  }

  private Map<String, String> properties() {
    Path file = conf;
    if (file == null) {
      return Map.of();
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    } catch (NoSuchFileException missing) {
      throw new UsageException("There is no property file %s.".formatted(file), missing);
    } catch (CharacterCodingException binary) {
      throw new UsageException(
          "The property file %s is not text: it holds bytes that are no UTF-8.".formatted(file),
          binary);
    } catch (IOException unreadable) {
      throw new UsageException(
          "The property file %s cannot be read: %s.".formatted(file, unreadable.getMessage()),
          unreadable);
    } catch (IllegalArgumentException corrupt) {
      throw new UsageException(
          "The property file %s holds a \\u that is not followed by four hexadecimal digits."
              .formatted(file),
          corrupt);
    }
    Map<String, String> properties = new TreeMap<>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    return properties;
  }
}
