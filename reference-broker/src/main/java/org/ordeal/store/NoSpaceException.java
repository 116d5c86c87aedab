package org.ordeal.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The disk is full; nothing was written, and the same may be tried again later. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  public NoSpaceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether an error of the file system says ENOSPC or EDQUOT, which Java tells only by its text.
   */
  static boolean isNoSpace(IOException e) {
    var text = String.valueOf(e.getMessage());
    return e instanceof NoSpaceException
        || text.contains("No space left on device")
        || text.contains("Disk quota exceeded");
  }
}
