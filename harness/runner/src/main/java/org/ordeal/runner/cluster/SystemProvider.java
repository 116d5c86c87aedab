package org.ordeal.runner.cluster;

import java.util.List;
import java.util.function.Consumer;

/**
 * A family of systems, found by {@link java.util.ServiceLoader}: {@code rocketmq:<version>}. Has a
 * public constructor without parameters and holds no state.
 */
public interface SystemProvider {

  /** What stands before the colon, such as {@code rocketmq}; the whole name where none does. */
  String scheme();

  /** How it is written, such as {@code rocketmq:<version>}. */
  String usage();

  /** One clause. */
  String description();

  /** Names known to work, without asking anybody; empty where only the user knows. */
  List<String> known();

  /**
   * Finds the software, downloading what is not on this machine yet.
   *
   * @param argument what stands behind the colon; empty where nothing does
   * @param progress takes a line for whoever waits
   * @throws org.ordeal.runner.UsageException where there is no such version or directory
   * @throws org.ordeal.runner.EnvironmentException where it exists but cannot be had
   */
  SystemUnderTest resolve(String argument, Consumer<String> progress);
}
