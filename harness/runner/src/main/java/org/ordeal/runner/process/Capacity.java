package org.ordeal.runner.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemUnderTest;

/** Refuses a cluster that this machine cannot carry, before anything is started. */
final class Capacity {

  // Resident sizes seen with the heaps that systems are given.
  private static final int BROKER_MEBIBYTES = 300;
  private static final int NAME_SERVER_MEBIBYTES = 90;
  private static final int CLIENT_MEBIBYTES = 200;

  // Commit log, consume queues and index of a broker that has just started.
  private static final int STORE_MEBIBYTES = 100;

  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

  private Capacity() {}

  /**
   * Checks memory, room and ports.
   *
   * @throws EnvironmentException with a sentence, on the first thing that does not do
   */
  static void check(
      SystemUnderTest system, ClusterSpec spec, SlotAddresses addresses, Path directory) {
    memory(spec);
    room(spec, directory);
    for (Member member : spec.members()) {
      for (Port port : system.ports(spec, member)) {
        free(member, port, addresses);
      }
    }
  }

  private static void memory(ClusterSpec spec) {
    long needed =
        (long) spec.groups() * spec.nodes() * BROKER_MEBIBYTES
            + (long) spec.nameServers() * NAME_SERVER_MEBIBYTES
            + (long) spec.clients() * CLIENT_MEBIBYTES;
    Optional<Long> available = availableMebibytes();
    if (available.isPresent() && available.get() < needed) {
      throw new EnvironmentException(
          "A cluster of %d brokers, %d NameServers and %d client nodes needs about %,d MiB of memory, and this machine has %,d MiB available: end something, or take fewer nodes."
              .formatted(
                  spec.groups() * spec.nodes(),
                  spec.nameServers(),
                  spec.clients(),
                  needed,
                  available.get()));
    }
  }

  /** Memory that programs can have without swapping, where the kernel tells. */
  static Optional<Long> availableMebibytes() {
    try {
      Matcher matcher = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
      return matcher.find()
          ? Optional.of(Long.parseLong(matcher.group(1)) / 1024)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void room(ClusterSpec spec, Path directory) {
    try {
      Files.createDirectories(directory);
      long usable = Files.getFileStore(directory).getUsableSpace() >> 20;
      long needed = (long) spec.groups() * spec.nodes() * STORE_MEBIBYTES;
      if (usable < needed) {
        throw new EnvironmentException(
            "The stores of %d brokers need at least %,d MiB, and %s has %,d MiB left: name another place with --store."
                .formatted(spec.groups() * spec.nodes(), needed, directory, usable));
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "The directory %s cannot be written: %s. Name another place with --store."
              .formatted(directory, e),
          e);
    }
  }

  private static void free(Member member, Port port, SlotAddresses addresses) {
    InetSocketAddress wanted = addresses.real(member, port);
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          port.wildcard()
              ? new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), wanted.getPort())
              : wanted);
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s %s needs the port %d (%s) at %s, and it cannot be had: %s. Another program may hold it; 'ss -ltnp' shows which."
              .formatted(
                  member.kind() == NodeKind.BROKER ? "The broker" : "The NameServer",
                  member.name(),
                  wanted.getPort(),
                  port.name(),
                  port.wildcard() ? "every address" : addresses.bindAddress(member),
                  e.getMessage()),
          e);
    }
  }
}
