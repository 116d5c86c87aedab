package org.ordeal.faults.disk.volume;

/** Asked before anything is allocated on a disk; it may say that the disk is full. Thread-safe. */
public interface Space {
  /** Always room. */
  Space UNLIMITED =
      new Space() {
        @Override
        public boolean limited() {
          return false;
        }

        @Override
        public boolean allocate(Inode inode, long bytes) {
          return true;
        }
      };

  /**
   * Whether it may say no at all, so that it is worth to find out how much an operation allocates.
   */
  boolean limited();

  /** Whether so many more bytes may be allocated for a file; if so they are. */
  boolean allocate(Inode inode, long bytes);
}
