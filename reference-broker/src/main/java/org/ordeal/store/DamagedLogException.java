package org.ordeal.store;

import java.io.IOException;

/** Bytes of the commit log that had been on the disk for sure are not what they were. */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  public DamagedLogException(String message) {
    super(message);
  }
}
