package org.ordeal.history;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a history, one operation a line, as JSON or as Jepsen's EDN. Not thread-safe.
 *
 * <p>What {@link HistoryReader} reads back equals what was written, except that EDN keeps whole
 * numbers and fractions apart only as JSON does, and that minus zero is zero. Rules are not checked
 * here: a recorder writes what it saw.
 */
public final class HistoryWriter implements Closeable {

  private static final int FLUSH_BYTES = 1 << 16;

  /** How operations are written. */
  public enum Format {
    /** One JSON object a line. */
    JSONL,
    /** One EDN map a line, with keywords as Jepsen has them. */
    EDN
  }

  private final OutputStream out;
  private final Format format;
  private final OperationText text = new OperationText();

  private HistoryWriter(OutputStream out, Format format) {
    this.out = out;
    this.format = format;
  }

  /** Creates (or empties) a file; {@code .edn} and {@code .gz} at the end of its name decide. */
  public static HistoryWriter create(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    boolean compressed = name.endsWith(".gz");
    String stem = compressed ? name.substring(0, name.length() - 3) : name;
    Format format = stem.endsWith(".edn") ? Format.EDN : Format.JSONL;
    OutputStream out = Files.newOutputStream(file);
    try {
      return to(compressed ? new GZIPOutputStream(out, FLUSH_BYTES) : out, format);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  /** Writes to a stream, which {@link #close} closes. */
  public static HistoryWriter to(OutputStream out, Format format) {
    return new HistoryWriter(new BufferedOutputStream(out, FLUSH_BYTES), format);
  }

  /** Writes one operation. */
  public void write(Operation operation) throws IOException {
    if (format == Format.JSONL) {
      text.json(operation);
    } else {
      text.edn(operation);
    }
    if (text.length() >= FLUSH_BYTES) {
      text.drainTo(out);
    }
  }

  /** Hands what was written so far to the operating system. */
  public void flush() throws IOException {
    text.drainTo(out);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    try {
      text.drainTo(out);
    } finally {
      out.close();
    }
  }
}
