package org.ordeal.history;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A gzip stream that ends early instead of failing where it was cut off, and remembers that. Not
 * thread-safe.
 */
final class Unpacked extends FilterInputStream {

  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private boolean cutOff;

  Unpacked(InputStream in, String name) throws IOException {
    super(open(in, name));
    this.name = name;
  }

  private static InputStream open(InputStream in, String name) throws IOException {
    try {
      return new Members(in);
    } catch (EOFException e) {
      throw new HistoryFormatException(name, 1, "the compressed file ends within its header");
    } catch (ZipException e) {
      throw corrupt(name, e);
    }
  }

  private static HistoryFormatException corrupt(String name, ZipException e) {
    return new HistoryFormatException(
        name, 1, "the compressed data is corrupt (" + e.getMessage() + ")");
  }

  /**
   * The members of a gzip file. The JDK's stream takes what follows a member and cannot be read as
   * one for the end, without a word: the rest of the history would be gone.
   */
  private static final class Members extends GZIPInputStream {

    private static final int TRAILER_BYTES = 8;

    Members(InputStream in) throws IOException {
      super(in, BUFFER_BYTES);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (read < 0 && (inf.getRemaining() > TRAILER_BYTES || in.read() >= 0)) {
        throw new ZipException("what follows the compressed data is none");
      }
      return read;
    }
  }

  /** Whether the compressed data ended before its end mark. */
  boolean cutOff() {
    return cutOff;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (cutOff) {
      return -1;
    }
    try {
      return in.read(buffer, offset, length);
    } catch (EOFException e) {
      cutOff = true;
      return -1;
    } catch (ZipException e) {
      throw corrupt(name, e);
    }
  }
}
