package org.ordeal.replication;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that a test starts and stops. They lie below those that the system gives to
 * outgoing connections: a port from there, free a moment ago, is taken by any client on a busy
 * machine before the server comes to listen on it.
 */
public final class FreePorts {
  private static final int LOWEST = 10_240;
  private static final int EPHEMERAL = 32_768;
  private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private FreePorts() {}

  /** Ports that were free a moment ago, all different. */
  public static List<Integer> take(int count) throws IOException {
    int end = Math.max(LOWEST + 1_000, firstEphemeral());
    Set<Integer> found = new LinkedHashSet<>();
    while (found.size() < count) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
      if (!found.contains(port) && isFree(port)) {
        found.add(port);
      }
    }
    return new ArrayList<>(found);
  }

  private static int firstEphemeral() throws IOException {
    return Files.isReadable(RANGE)
        ? Integer.parseInt(Files.readString(RANGE).strip().split("\\s+", 2)[0])
        : EPHEMERAL;
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
