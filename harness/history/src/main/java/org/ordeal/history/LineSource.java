package org.ordeal.history;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream of bytes into lines without copying them: the current line is {@code buffer()}
 * from {@code start()} to {@code end()}, valid until the next call. Not thread-safe.
 */
final class LineSource implements AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  /** A line longer than this is taken for something that is no history. */
  static final int MAX_LINE_BYTES = 64 << 20;

  private final InputStream in;
  private final String name;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private int scanned;
  private int start;
  private int end;
  private long line;
  private boolean exhausted;
  private boolean terminated;

  LineSource(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /** Moves to the next line, without its line feed; false at the end. */
  boolean advance() throws IOException {
    start = scanned;
    int at = scanned;
    while (true) {
      while (at < filled) {
        if (buffer[at] == '\n') {
          return take(at, at + 1, true);
        }
        at++;
      }
      if (exhausted) {
        return start < filled && take(filled, filled, false);
      }
      at -= start;
      fill();
      at += start;
    }
  }

  private boolean take(int lineEnd, int next, boolean withLineFeed) {
    end = lineEnd > start && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
    scanned = next;
    terminated = withLineFeed;
    line++;
    return true;
  }

  private void fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
      scanned = 0;
    }
    if (filled == buffer.length) {
      if (filled >= MAX_LINE_BYTES) {
        throw new HistoryFormatException(
            name, line + 1, "the line is longer than " + MAX_LINE_BYTES + " bytes");
      }
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      exhausted = true;
    } else {
      filled += read;
    }
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** How long the current line is with its end. */
  int bytes() {
    return scanned - start;
  }

  /** Number of the current line, from 1. */
  long line() {
    return line;
  }

  /** Whether the current line ends with a line feed. */
  boolean terminated() {
    return terminated;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
