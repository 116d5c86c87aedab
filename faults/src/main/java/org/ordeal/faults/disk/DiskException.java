package org.ordeal.faults.disk;

import java.io.IOException;
import java.io.Serial;

/**
 * The disk daemon refused or failed a request, or could not be reached; the message says which and
 * why.
 */
public class DiskException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public DiskException(String message) {
    super(message);
  }

  public DiskException(String message, Throwable cause) {
    super(message, cause);
  }
}
