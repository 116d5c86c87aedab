package org.ordeal.runner.bench;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;

/**
 * A cluster as it is started anywhere: with the files and flags that runs use, but nothing between
 * its nodes and its clients, since it is speed that is measured. All nodes are on 127.0.0.1.
 */
final class BareCluster implements AutoCloseable, Addresses {

  /** Below the ports that outgoing connections are given. */
  private static final int PORTS_TO = 32_000;

  private static final int APART = 10;
  private static final int STOP_SECONDS = 10;

  private final Path directory;
  private final Map<String, Integer> ports = new HashMap<>();
  private final List<Process> processes = new ArrayList<>();
  private final List<Member> nameServers;
  private int nextPort;

  private BareCluster(Path directory, ClusterSpec spec, int firstPort) {
    this.directory = directory;
    this.nextPort = firstPort;
    this.nameServers = spec.members(NodeKind.NAMESERVER);
  }

  /**
   * Starts all nodes and returns at once.
   *
   * @param hosts a hosts file in which every node's name is 127.0.0.1
   * @param firstPort where free ports are looked for
   */
  static BareCluster start(
      SystemUnderTest system, ClusterSpec spec, Path directory, Path hosts, int firstPort)
      throws IOException {
    var cluster = new BareCluster(directory, spec, firstPort);
    try {
      for (Member member : spec.members()) {
        cluster.start(system.program(spec, member, cluster), member, hosts);
      }
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private void start(NodeProgram program, Member member, Path hosts) throws IOException {
    Path home = directory(member);
    Files.createDirectories(home);
    for (Map.Entry<String, String> file : program.files().entrySet()) {
      Files.writeString(home.resolve(file.getKey()), file.getValue());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.jvmFlags());
    command.add("-Djdk.net.hosts.file=" + hosts);
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("tmp")));
    command.add("-cp");
    command.add(
        program.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(program.mainClass());
    command.addAll(program.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("console").toFile());
    builder.environment().putAll(program.environment());
    processes.add(builder.start());
  }

  /** As clients take them. */
  String nameServerAddresses() {
    return nameServers.stream()
        .map(server -> server.name() + ":" + ports.get(server.name() + "/listen"))
        .collect(Collectors.joining(";"));
  }

  /** Resident memory of all nodes, MiB; pages that several share count once. */
  double memoryMebibytes() {
    return processes.stream()
        .mapToDouble(process -> StartAndFailover.memoryMebibytes(Path.of("/proc/" + process.pid())))
        .sum();
  }

  /** The name of a node that has ended, or empty. */
  String ended() {
    return processes.stream()
        .filter(process -> !process.isAlive())
        .map(process -> "a JVM ended with exit code " + process.exitValue() + "; see " + directory)
        .findFirst()
        .orElse("");
  }

  @Override
  public String bindAddress(Member node) {
    return "127.0.0.1";
  }

  @Override
  public int bound(Member node, Port port) {
    return ports.computeIfAbsent(node.name() + "/" + port.name(), name -> freePort());
  }

  @Override
  public int seen(Member from, Member to, Port port) {
    return bound(to, port);
  }

  @Override
  public Path directory(Member node) {
    return directory.resolve(node.name());
  }

  @Override
  public Path store(Member node) {
    return directory(node).resolve("store");
  }

  /** A port whose neighbours are free too: Apache's broker takes some beside the one it is told. */
  private int freePort() {
    while (nextPort < PORTS_TO) {
      int port = nextPort;
      nextPort += APART;
      if (free(port) && free(port + 1) && free(port - 2)) {
        return port;
      }
    }
    throw new IllegalStateException("No port below " + PORTS_TO + " is free.");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    try {
      for (Process process : processes) {
        process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (Files.exists(directory)) {
      try (var files = Files.walk(directory)) {
        for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
