package org.ordeal.runner.systems;

import java.util.ArrayList;
import java.util.List;
import org.ordeal.faults.NodeKind;

/**
 * Flags of the JVMs that nodes run on: small heaps and sparing compilers, so that a whole cluster
 * fits on a small machine. The same for every system.
 */
final class JvmFlags {

  private static final List<String> ALWAYS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "-Dfile.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * A third of a start would go into compilers. A broker interpreted for seconds would lose its
   * leadership, so that it gets both of them.
   */
  private static final List<String> BROKER =
      List.of("-Xmx256m", "-XX:MaxDirectMemorySize=128m", "-XX:CompileThresholdScaling=4");

  /** A NameServer answers few requests and hardly needs to be compiled. */
  private static final List<String> NAME_SERVER =
      List.of(
          "-Xmx64m",
          "-XX:MaxDirectMemorySize=64m",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=8");

  private JvmFlags() {}

  /** The flags that every node of that kind gets, and the system's own. */
  static List<String> of(NodeKind kind, List<String> own) {
    List<String> flags = new ArrayList<>(ALWAYS);
    flags.addAll(kind == NodeKind.BROKER ? BROKER : NAME_SERVER);
    flags.addAll(own);
    return List.copyOf(flags);
  }
}
