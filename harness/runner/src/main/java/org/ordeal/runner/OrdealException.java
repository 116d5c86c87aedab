package org.ordeal.runner;

import org.jspecify.annotations.Nullable;

/**
 * Ends a command with one sentence for the user and an exit code.
 *
 * <p>The sentence says what was tried, with what, what happened and what to do. It is all that the
 * user sees: no stack trace is printed for it.
 */
public sealed class OrdealException extends RuntimeException
    permits UsageException, EnvironmentException {

  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  OrdealException(ExitCode exitCode, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  /** The code that the command ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
