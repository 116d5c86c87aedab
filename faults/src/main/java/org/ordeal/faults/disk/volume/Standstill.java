package org.ordeal.faults.disk.volume;

/**
 * Asked before anything is written back by age: a disk that hangs or fails takes nothing then
 * either. Thread-safe.
 */
public interface Standstill {
  /** Never. */
  Standstill NEVER =
      new Standstill() {
        @Override
        public boolean ofDisk() {
          return false;
        }

        @Override
        public boolean of(Inode file) {
          return false;
        }
      };

  /** Whether the disk takes nothing at all: no name, no size, no content. */
  boolean ofDisk();

  /** Whether the disk takes no content of this file. */
  boolean of(Inode file);
}
