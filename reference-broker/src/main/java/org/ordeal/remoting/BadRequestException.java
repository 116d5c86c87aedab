package org.ordeal.remoting;

import java.io.Serial;

/** A request that lacks a field, or has one that cannot be read: it had no effect. */
public final class BadRequestException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final int code;
  private final String sentence;

  public BadRequestException(String sentence) {
    this(ResponseCode.INVALID_PARAMETER, sentence);
  }

  /**
   * @param code the {@link ResponseCode} to answer with
   */
  public BadRequestException(int code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
    this.sentence = sentence;
  }

  /** The sentence, never null. */
  public String sentence() {
    return sentence;
  }

  public int code() {
    return code;
  }
}
