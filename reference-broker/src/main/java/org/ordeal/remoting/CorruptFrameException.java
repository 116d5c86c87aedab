package org.ordeal.remoting;

import java.io.Serial;

/** A frame that breaks the protocol or a limit; its connection cannot be used any more. */
public final class CorruptFrameException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  CorruptFrameException(String message) {
    // No stack trace: a flood of garbage must stay cheap.
    super(message, null, false, false);
  }
}
