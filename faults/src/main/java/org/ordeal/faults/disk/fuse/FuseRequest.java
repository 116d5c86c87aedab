package org.ordeal.faults.disk.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.ordeal.faults.disk.libc.Memory;

/**
 * The buffers of one reader thread: the request that it serves and the answer that it builds.
 * Offsets count from the beginning of the payload. Used by one thread at a time.
 */
public final class FuseRequest {
  /** Bytes before a request's payload. */
  static final int IN_HEADER = 40;

  /** Bytes before an answer's payload. */
  static final int OUT_HEADER = 16;

  /** The largest write that the kernel may hand over, and the largest read that it may ask for. */
  public static final int MAX_DATA = 1 << 20;

  static final int BUFFER = MAX_DATA + (64 << 10);

  final MemorySegment in = Memory.reserve(BUFFER);
  final MemorySegment out = Memory.reserve(BUFFER);
  private long received;

  void received(long bytes) {
    received = bytes;
  }

  void free() {
    Memory.release(in);
    Memory.release(out);
  }

  /** What is asked for; see {@link Opcode}. */
  public int opcode() {
    return in.get(JAVA_INT_UNALIGNED, 4);
  }

  /** The number that its answer, and an interrupt, refer to it by. */
  public long unique() {
    return in.get(JAVA_LONG_UNALIGNED, 8);
  }

  /** The inode that it is about. */
  public long node() {
    return in.get(JAVA_LONG_UNALIGNED, 16);
  }

  /** Who asks. */
  public int uid() {
    return in.get(JAVA_INT_UNALIGNED, 24);
  }

  /** Who asks. */
  public int gid() {
    return in.get(JAVA_INT_UNALIGNED, 28);
  }

  /** The thread that asks; 0 where it is of a process that this one cannot see. */
  public int caller() {
    return in.get(JAVA_INT_UNALIGNED, 32);
  }

  /** A 32-bit number of its payload. */
  public int u32(int at) {
    return in.get(JAVA_INT_UNALIGNED, IN_HEADER + at);
  }

  /** A 64-bit number of its payload. */
  public long u64(int at) {
    return in.get(JAVA_LONG_UNALIGNED, IN_HEADER + at);
  }

  /** A string of its payload that ends with a zero; one char for each byte. */
  public String string(int at) {
    return in.asSlice(0, received).getString(IN_HEADER + at, StandardCharsets.ISO_8859_1);
  }

  /** Bytes of its payload. */
  public MemorySegment data(int at, int length) {
    return in.asSlice(IN_HEADER + at, length);
  }

  /** Where the answer's payload goes. */
  public MemorySegment answer() {
    return out.asSlice(OUT_HEADER);
  }

  /** Makes the first bytes of the answer zero. */
  public void clear(int length) {
    out.asSlice(OUT_HEADER, length).fill((byte) 0);
  }

  /** Puts a 32-bit number into the answer. */
  public void put32(int at, int value) {
    out.set(JAVA_INT_UNALIGNED, OUT_HEADER + at, value);
  }

  /** Puts a 64-bit number into the answer. */
  public void put64(int at, long value) {
    out.set(JAVA_LONG_UNALIGNED, OUT_HEADER + at, value);
  }

  /** Puts a 16-bit number into the answer. */
  public void put16(int at, int value) {
    out.set(JAVA_SHORT_UNALIGNED, OUT_HEADER + at, (short) value);
  }

  /** Puts bytes into the answer. */
  public void putBytes(int at, byte[] bytes) {
    MemorySegment.copy(bytes, 0, out, JAVA_BYTE, OUT_HEADER + at, bytes.length);
  }
}
