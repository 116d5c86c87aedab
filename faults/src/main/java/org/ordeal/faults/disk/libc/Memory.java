package org.ordeal.faults.disk.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Memory that costs nothing until it is touched, and can be given back while its addresses are
 * kept.
 */
public final class Memory {
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
  private static final int MADV_DONTNEED = 4;

  private static final MethodHandle MMAP =
      Native.function(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      Native.function("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle MADVISE =
      Native.function("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  private Memory() {}

  /**
   * Reserves addresses, page-aligned and zero. Whoever unmaps them must know that nobody uses them
   * any more.
   *
   * @throws OutOfMemoryError if the kernel refuses
   */
  public static MemorySegment reserve(long bytes) {
    try {
      MemorySegment address =
          (MemorySegment)
              MMAP.invokeExact(
                  Native.state(),
                  MemorySegment.NULL,
                  bytes,
                  PROT_READ_WRITE,
                  MAP_PRIVATE_ANONYMOUS_NORESERVE,
                  -1,
                  0L);
      if (address.address() == -1L) {
        throw new OutOfMemoryError("The kernel gave no " + bytes + " bytes of address space.");
      }
      return address.reinterpret(bytes);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** Gives the memory back to the kernel; the addresses stay and read as zero. */
  public static void discard(MemorySegment reserved) {
    try {
      int ignored =
          (int) MADVISE.invokeExact(Native.state(), reserved, reserved.byteSize(), MADV_DONTNEED);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /** Gives memory and addresses back. */
  public static void release(MemorySegment reserved) {
    try {
      int ignored = (int) MUNMAP.invokeExact(Native.state(), reserved, reserved.byteSize());
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }
}
