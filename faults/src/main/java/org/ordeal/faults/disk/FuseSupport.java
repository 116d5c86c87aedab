package org.ordeal.faults.disk;

import java.util.List;

/**
 * Whether this machine and user can mount a fault disk, and what is missing if not.
 *
 * @param mechanism how a disk would be mounted
 * @param missing one sentence for each thing that is missing and what to do about it; empty if a
 *     disk can be mounted
 */
public record FuseSupport(Mechanism mechanism, List<String> missing) {

  /** Ways to mount. */
  public enum Mechanism {
    /** mount(2), for which one must be root (CAP_SYS_ADMIN). */
    MOUNT,
    /** The set-uid helper {@code fusermount3}. */
    FUSERMOUNT,
    /** None. */
    NONE
  }

  public FuseSupport {
    missing = List.copyOf(missing);
  }

  /** Whether a disk can be mounted. */
  public boolean available() {
    return missing.isEmpty();
  }

  /** All that is missing, as one line. */
  public String reason() {
    return available() ? "FUSE is available" : String.join(" ", missing);
  }

  /** Looks at this machine; opens {@code /dev/fuse}, mounts nothing. */
  public static FuseSupport probe() {
    return FuseProbe.probe();
  }
}
