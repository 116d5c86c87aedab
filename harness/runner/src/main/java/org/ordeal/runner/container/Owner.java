package org.ordeal.runner.container;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The harness that something in the engine belongs to, as its label says: {@code
 * PLACE/PID/STARTED}.
 *
 * <p>A process id means something only where it was given out: the place is the machine and its
 * process namespace. What belongs to a harness in another place is never taken for dead.
 *
 * @param place machine and process namespace
 * @param pid process id
 * @param started start of the process in milliseconds since 1970, since ids are used again
 */
record Owner(String place, long pid, long started) {

  /** The kernel reckons starts from its boot, whose time of day moves when the clock is set. */
  private static final long CLOCK_SLACK_MILLIS = 10_000;

  /** This JVM. */
  static Owner current() {
    return of(ProcessHandle.current());
  }

  /** The label's value. */
  String label() {
    return place + "/" + pid + "/" + started;
  }

  /**
   * Whether a label names a harness of this place that is no more.
   *
   * @param label value of the label; null where there is none
   */
  static boolean isGone(@Nullable String label) {
    if (label == null) {
      return false;
    }
    String[] parts = label.split("/", -1);
    if (parts.length != 3 || !parts[0].equals(current().place())) {
      return false;
    }
    try {
      long told = Long.parseLong(parts[2]);
      return ProcessHandle.of(Long.parseLong(parts[1]))
          .map(handle -> Math.abs(of(handle).started() - told) > CLOCK_SLACK_MILLIS)
          .orElse(true);
    } catch (NumberFormatException notOurs) {
      return false;
    }
  }

  private static Owner of(ProcessHandle process) {
    return new Owner(
        here(),
        process.pid(),
        process.info().startInstant().map(start -> start.toEpochMilli()).orElse(0L));
  }

  private static String here() {
    String namespace = "";
    try {
      namespace =
          Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("\\D", "");
    } catch (IOException | UnsupportedOperationException noNamespaces) {
      // Then there is only one on this machine.
    }
    return machine() + "-" + namespace;
  }

  private static String machine() {
    try {
      String id = Files.readString(Path.of("/etc/machine-id")).strip();
      if (!id.isEmpty()) {
        return id.replace("/", "");
      }
    } catch (IOException none) {
      // The name will do.
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unnamed";
    }
  }
}
