package org.ordeal.checks.linearizability;

/** A history holds an operation or a value that its model does not know. */
public final class ModelMismatchException extends IllegalArgumentException {

  /**
   * Makes the exception.
   *
   * @param message which operation, and what the model would take
   */
  public ModelMismatchException(String message) {
    super(message);
  }
}
