package org.ordeal.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file that is read and written at positions. Thread-safe, except that writers agree among
 * themselves.
 */
public interface DiskFile extends Closeable {

  /**
   * Fills the buffer from a position.
   *
   * @throws java.io.EOFException where the file ends before the buffer is full
   */
  void read(ByteBuffer target, long position) throws IOException;

  /** Writes the whole buffer at a position; on an error an unknown part of it is written. */
  void write(ByteBuffer source, long position) throws IOException;

  /** In bytes. */
  long size() throws IOException;

  void truncate(long size) throws IOException;

  /**
   * Returns when content and size are on the disk. After a failure nothing is known of what was
   * written before.
   */
  void force() throws IOException;
}
