package org.ordeal.faults.disk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mounted disk.
 *
 * @param options what it was created with
 * @param epoch how often it has lost power
 * @param linkTarget {@code host:port} of the storage end of its data path, to which a proxy at
 *     {@link DiskOptions#link()} must lead; null where the disk has no link
 * @param toxics the faults in force
 */
public record DiskInfo(
    DiskOptions options, long epoch, @Nullable String linkTarget, List<DiskToxic> toxics) {
  public DiskInfo {
    toxics = List.copyOf(toxics);
  }
}
