package org.ordeal.faults.disk.libc;

import java.io.IOException;
import java.io.Serial;

/** A system call failed, or a file system operation is to be answered with this error. */
public final class ErrnoException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final int errno;

  public ErrnoException(int errno, String what) {
    super(what + ": " + Errno.name(errno));
    this.errno = errno;
  }

  /** It is an answer, often an expected one: where it came from is in the message. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }

  /** The error's number, positive. */
  public int errno() {
    return errno;
  }
}
