package org.ordeal.runner.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** When a broker forces a message to its disk. */
public enum Flush {
  /** Before the acknowledgement. */
  SYNC,
  /** Some time after it. */
  ASYNC;

  /** Name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Value of the property {@code flushDiskType}. */
  public String property() {
    return name() + "_FLUSH";
  }

  /** The flush mode of that label. */
  public static Optional<Flush> named(String label) {
    return Arrays.stream(values()).filter(flush -> flush.label().equals(label)).findFirst();
  }
}
