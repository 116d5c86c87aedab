package org.ordeal.faults.disk.toxic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel tells of a thread that waits for an operation. */
public final class CallerState {
  private static final long SIGKILL = 1L << (9 - 1);

  private CallerState() {}

  /**
   * Whether a thread is gone or about to go. Every signal that ends a process reaches each of its
   * threads as a pending SIGKILL (signal.c, complete_signal). True for one that cannot be seen.
   */
  public static boolean dying(int thread) {
    if (thread <= 0) {
      return true;
    }
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(thread), "status"))) {
        boolean pending = line.startsWith("SigPnd:") || line.startsWith("ShdPnd:");
        if (pending && (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL) != 0) {
          return true;
        }
      }
      return false;
    } catch (IOException gone) {
      return true;
    }
  }
}
