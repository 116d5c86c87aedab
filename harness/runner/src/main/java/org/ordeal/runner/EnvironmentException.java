package org.ordeal.runner;

/**
 * The machine lacks something that the command needs (a JDK, FUSE, a free port, memory, room in the
 * store), said by name. Exit code 75.
 */
public final class EnvironmentException extends OrdealException {

  private static final long serialVersionUID = 1L;

  public EnvironmentException(String sentence) {
    super(ExitCode.ENVIRONMENT, sentence, null);
  }

  public EnvironmentException(String sentence, Throwable cause) {
    super(ExitCode.ENVIRONMENT, sentence, cause);
  }
}
