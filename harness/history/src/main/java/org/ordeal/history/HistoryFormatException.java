package org.ordeal.history;

/** A history file says something that no history can say; the message tells where and what. */
public final class HistoryFormatException extends RuntimeException {

  private final String source;
  private final long line;

  /**
   * Makes the exception.
   *
   * @param source name of the file or stream
   * @param line line number, from 1
   * @param problem a clause that says what is wrong
   */
  public HistoryFormatException(String source, long line, String problem) {
    super(source + ", line " + line + ": " + problem);
    this.source = source;
    this.line = line;
  }

  /** Name of the file or stream. */
  public String source() {
    return source;
  }

  /** Line number, from 1. */
  public long line() {
    return line;
  }
}
