package org.ordeal.runner.systems;

import java.util.ArrayList;
import java.util.List;

/**
 * Flags of the JVMs that nodes run on: small heaps, so that a whole cluster fits on a small
 * machine.
 */
final class JvmFlags {

  /** A broker's heap and direct memory. */
  static final List<String> BROKER_HEAP = List.of("-Xmx256m", "-XX:MaxDirectMemorySize=128m");

  /** A NameServer's heap and direct memory. */
  static final List<String> NAME_SERVER_HEAP = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m");

  private static final List<String> ALWAYS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "-Dfile.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private JvmFlags() {}

  /** The flags that every node gets, and the given ones. */
  static List<String> of(List<String> heap, List<String> access, List<String> properties) {
    List<String> flags = new ArrayList<>(ALWAYS);
    flags.addAll(heap);
    flags.addAll(access);
    flags.addAll(properties);
    return List.copyOf(flags);
  }
}
