package org.ordeal.faults;

/** A fault could not be injected or healed; the message is a sentence that says what was tried. */
public class FaultException extends Exception {

  private static final long serialVersionUID = 1L;

  public FaultException(String sentence) {
    super(sentence);
  }

  public FaultException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
