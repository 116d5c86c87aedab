package org.ordeal.runner.cluster;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.runner.EnvironmentException;

/** Looks at a machine and says what can be run on it. Changes nothing. */
public final class Doctor {

  private static final int LEAST_JAVA = 25;

  // Three brokers, three NameServers and two client nodes.
  private static final long COMFORTABLE_MEBIBYTES = 1600;

  private Doctor() {}

  /** How something is. */
  public enum State {
    /** It is there. */
    OK("ok"),
    /** It is not there, and something cannot be run for want of it. */
    MISSING("missing"),
    /** It is there, and will be tight. */
    TIGHT("tight");

    private final String label;

    State(String label) {
      this.label = label;
    }

    /** The word for it. */
    public String label() {
      return label;
    }
  }

  /**
   * What was found of one thing.
   *
   * @param subject the thing
   * @param state how it is
   * @param hinders whether nothing at all can be run for want of it
   * @param sentence what was seen, and what to do where something is missing
   */
  public record Finding(String subject, State state, boolean hinders, String sentence) {}

  /** Looks at everything but container engines. */
  public static List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(linux());
    findings.add(addresses());
    findings.add(memory());
    findings.add(helper("setsid", "Ctrl-C reaches the harness only"));
    findings.add(helper("setpriv", "nodes end with the harness, even when it is killed"));
    findings.add(reference());
    findings.add(faultDisk());
    return List.copyOf(findings);
  }

  private static Finding java() {
    int version = Runtime.version().feature();
    boolean fit = version >= LEAST_JAVA;
    return new Finding(
        "JDK",
        fit ? State.OK : State.MISSING,
        !fit,
        "Java %s in %s%s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.home"),
                fit ? "." : "; Ordeal needs " + LEAST_JAVA + "."));
  }

  private static Finding linux() {
    Optional<String> missing = Runtimes.named("process").missing();
    return new Finding(
        "process runtime",
        missing.isEmpty() ? State.OK : State.MISSING,
        missing.isPresent(),
        missing.orElse(
            "%s %s, %d processors."
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    Runtime.getRuntime().availableProcessors())));
  }

  private static Finding addresses() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.200.0.9"), 0));
      return new Finding("loopback", State.OK, false, "Every address of 127.0.0.0/8 answers.");
    } catch (IOException e) {
      return new Finding(
          "loopback",
          State.MISSING,
          true,
          "127.200.0.9 cannot be listened on (%s); the process runtime needs all of 127.0.0.0/8."
              .formatted(e.getMessage()));
    }
  }

  private static Finding memory() {
    long available = -1;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          available = Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return new Finding("memory", State.TIGHT, false, "/proc/meminfo cannot be read.");
    }
    boolean enough = available >= COMFORTABLE_MEBIBYTES;
    return new Finding(
        "memory",
        enough ? State.OK : State.TIGHT,
        false,
        "%,d MiB available; a cluster of 3 brokers, 3 NameServers and 2 clients takes about %,d MiB."
            .formatted(available, COMFORTABLE_MEBIBYTES));
  }

  private static Finding helper(String program, String use) {
    boolean there = false;
    for (String directory :
        System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator)) {
      there |= !directory.isEmpty() && Files.isExecutable(Path.of(directory, program));
    }
    return new Finding(
        program,
        there ? State.OK : State.TIGHT,
        false,
        there
            ? "With it, " + use + "."
            : "Not installed (package util-linux); with it, "
                + use
                + ". Without it the next command cleans up.");
  }

  private static Finding reference() {
    try {
      SystemUnderTest system = Systems.resolve("reference", line -> {});
      return new Finding(
          "reference broker",
          State.OK,
          false,
          "Built, SHA-256 %s.".formatted(system.digest().substring(0, 12)));
    } catch (EnvironmentException e) {
      return new Finding("reference broker", State.MISSING, false, String.valueOf(e.getMessage()));
    }
  }

  private static Finding faultDisk() {
    FuseSupport support = FuseSupport.probe();
    return new Finding(
        "fault disk",
        support.available() ? State.OK : State.MISSING,
        false,
        support.available()
            ? "FUSE can be mounted: power loss and disk faults can be injected."
            : support.reason());
  }
}
