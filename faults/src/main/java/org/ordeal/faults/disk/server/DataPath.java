package org.ordeal.faults.disk.server;

import java.io.IOException;
import org.ordeal.faults.disk.fuse.FuseRequest;

/**
 * How reads, writes and syncs get from the kernel's side of the disk to its storage. Thread-safe.
 */
interface DataPath {
  /**
   * Serves a read, write or sync, and builds its answer.
   *
   * @param epoch the epoch in which it was made
   * @return length of the answer's payload, or a negated error number
   */
  int carry(FuseRequest request, long epoch) throws IOException;

  /** The caller of a request was killed or gave up. */
  default void interrupted(long unique) {}
}
