package org.ordeal.faults.disk;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Which changes of names, sizes and attributes survive a power loss besides those that were synced
 * themselves.
 */
public enum MetadataMode {
  /**
   * What POSIX promises and no more: {@code fsync} of a file makes its content and attributes
   * durable, {@code fsync} of a directory the names in it. A file that was synced under a name that
   * was not is lost.
   */
  STRICT,
  /**
   * As ext4 ({@code data=ordered}, delayed allocation) does: metadata changes are journaled in
   * order, and any {@code fsync} commits all that came before it. Truncation and preallocation are
   * metadata; the size that a write gives to a file is committed with the data.
   */
  EXT4;

  /** The name in JSON and on command lines: {@code strict} or {@code ext4}. */
  @JsonValue
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The mode with that label.
   *
   * @throws IllegalArgumentException if there is none
   */
  @JsonCreator
  public static MetadataMode of(String label) {
    for (MetadataMode mode : values()) {
      if (mode.label().equals(label)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "There is no metadata mode \"" + label + "\"; choose \"strict\" or \"ext4\".");
  }
}
