package org.ordeal.faults.disk;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Damage done once to files at rest. Paths are globs within the disk; the durable files that match
 * are damaged.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Corruption.BitFlip.class, name = "bit-flip"),
  @JsonSubTypes.Type(value = Corruption.Truncate.class, name = "truncate"),
  @JsonSubTypes.Type(value = Corruption.StaleRestore.class, name = "stale-restore")
})
public sealed interface Corruption {

  /**
   * Flips bits of the platter. Unsynced pages above them stay as they are.
   *
   * @param path which files
   * @param offset byte to damage, or null to draw bytes from the seed, among those that hold data
   * @param bits how many bits, each in a byte of its own; 1 to 4096
   * @param seed decides which
   */
  record BitFlip(String path, @Nullable Long offset, int bits, long seed) implements Corruption {
    public BitFlip {
      if (bits < 1 || bits > 4096) {
        throw new IllegalArgumentException("bits is 1 to 4096, but " + bits + " was given.");
      }
    }
  }

  /**
   * Cuts the tail off files.
   *
   * @param path which files
   * @param bytes how many bytes each loses; more than it has leaves it empty
   * @param data whether these are counted from the last byte that is not zero, so that a
   *     preallocated file loses data as well; a file of zeros alone is then left as it is
   */
  record Truncate(String path, long bytes, boolean data) implements Corruption {

    /** From the end of each file. */
    public Truncate(String path, long bytes) {
      this(path, bytes, false);
    }

    public Truncate {
      if (bytes < 1) {
        throw new IllegalArgumentException("bytes must be positive, but " + bytes + " was given.");
      }
    }
  }

  /**
   * Rolls files back to a snapshot taken before. Files that the snapshot lacks stay.
   *
   * @param snapshot what {@link DiskControl#snapshot} returned
   */
  record StaleRestore(String snapshot) implements Corruption {}
}
