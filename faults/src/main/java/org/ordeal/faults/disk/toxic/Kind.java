package org.ordeal.faults.disk.toxic;

import java.util.Locale;

/** What an operation is, for the selection by faults. */
public enum Kind {
  READ(false),
  WRITE(true),
  /**
   * The kernel hands pages of a memory map over. No caller waits who could be told that he is
   * killed, and whoever waits for such a page in {@code msync}, in a store to it or at its exit can
   * not be: it is never held back, its sync is.
   */
  WRITE_MAPPED(true),
  FSYNC(true),
  /** Of a directory, or of the whole file system. */
  FSYNC_DIRECTORY(true),
  OPEN(false),
  /** Changes names, sizes or attributes. */
  METADATA(true),
  /** Looks names or attributes up. */
  LOOKUP(false);

  private final boolean upstream;

  Kind(boolean upstream) {
    this.upstream = upstream;
  }

  /** Whether it goes to the disk (upstream) rather than comes from it. */
  public boolean upstream() {
    return upstream;
  }

  /** Its name in a toxic's {@code operations}; looking up counts as metadata. */
  public String label() {
    return switch (this) {
      case LOOKUP -> "metadata";
      case WRITE_MAPPED -> "write";
      case FSYNC_DIRECTORY -> "fsync";
      case READ, WRITE, FSYNC, OPEN, METADATA -> name().toLowerCase(Locale.ROOT);
    };
  }
}
