package org.ordeal.runner;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClientPrograms;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.workloads.client.ClientConfig;
import org.ordeal.workloads.client.ClientMain;

/**
 * What client nodes run: {@link ClientMain} on the harness's own class path, in a JVM of its own.
 *
 * @param system whose NameServers the client nodes dial
 * @param spec the cluster
 * @param originNanos {@link System#nanoTime} at the start of the run
 */
record ClientLaunch(SystemUnderTest system, ClusterSpec spec, long originNanos)
    implements ClientPrograms {

  private static final String FILE = "client.json";

  /** Enough for some ten thousand operations a second; a client that is short of memory lies. */
  private static final List<String> FLAGS =
      List.of(
          "-Xms64m",
          "-Xmx320m",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+ExitOnOutOfMemoryError");

  @Override
  public NodeProgram program(Member client, Addresses addresses) {
    List<String> nameServers =
        spec.members(NodeKind.NAMESERVER).stream()
            .map(server -> server.name() + ":" + addresses.seen(client, server, listenPort(server)))
            .toList();
    Path directory = addresses.directory(client);
    ClientConfig config =
        ClientConfig.ofNode(
            Integer.parseInt(client.name().substring(1)),
            client.name(),
            nameServers,
            directory,
            originNanos,
            addresses.bindAddress(client) + ":0");
    return new NodeProgram(
        ClientMain.class.getName(),
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .map(Path::toAbsolutePath)
            .toList(),
        flags(directory),
        List.of("-c", directory.resolve(FILE).toString()),
        Map.of(),
        Map.of(FILE, Documents.text(config)),
        null);
  }

  /** The Apache client keeps a log of its own below the home directory: that is not the user's. */
  private static List<String> flags(Path directory) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("-Duser.home=" + directory);
    flags.add("-Dordeal.log=console");
    return flags;
  }

  private Port listenPort(Member server) {
    return system.ports(spec, server).stream()
        .filter(port -> port.protocol() == Port.Protocol.REMOTING)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s says of no port of %s that clients dial it."
                        .formatted(system.name(), server.name())));
  }
}
