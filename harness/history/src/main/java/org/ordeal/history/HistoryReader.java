package org.ordeal.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a history file, one operation at a time, and holds it to the rules of {@link
 * WellFormedness}.
 *
 * <p>What the file is, is told from its first bytes: gzip or plain; JSON, one object a line, or
 * EDN, one map a line or one vector of maps. An operation without {@code index} gets the one after
 * the operation above it, one without {@code time} the time of the operation above it. Blank lines
 * are skipped, but not without end: a line of JSON, and whatever comes without an operation, is at
 * most 64 MiB long. Memory is bounded by the longest line and the number of client processes. Not
 * thread-safe.
 *
 * <p>A last line without line feed that cannot be read was cut off while it was written: it is left
 * out and told by {@link #truncated}. Everything else that cannot be read is a {@link
 * HistoryFormatException}.
 */
public final class HistoryReader implements OperationStream {

  private final Decoder decoder;
  private final @Nullable Unpacked unpacked;
  private final WellFormedness rules;
  private @Nullable Operation next;
  private boolean ended;
  private long nextIndex;
  private long lastTime;
  private long operations;

  /** One of the formats. */
  private interface Decoder extends AutoCloseable {
    @Nullable Operation next(long nextIndex, long lastTime) throws IOException;

    long line();

    @Nullable String truncated();

    @Override
    void close() throws IOException;
  }

  private HistoryReader(Decoder decoder, @Nullable Unpacked unpacked, String name) {
    this.decoder = decoder;
    this.unpacked = unpacked;
    this.rules = new WellFormedness(name);
  }

  /**
   * Opens a history file.
   *
   * @throws IOException if it cannot be opened
   * @throws HistoryFormatException if it cannot be a history at all
   */
  @SuppressWarnings("MustBeClosedChecker")
  public static HistoryReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      return read(in, file.toString());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Reads a history from a stream, which {@link #close} closes.
   *
   * @param name what to call it in messages
   */
  public static HistoryReader read(InputStream in, String name) throws IOException {
    PushbackInputStream raw = new PushbackInputStream(in, 2);
    byte[] magic = raw.readNBytes(2);
    raw.unread(magic);
    boolean compressed = magic.length == 2 && magic[0] == (byte) 0x1f && magic[1] == (byte) 0x8b;
    Unpacked unpacked = compressed ? new Unpacked(raw, name) : null;
    PushbackInputStream plain = new PushbackInputStream(unpacked == null ? raw : unpacked, 64);
    int first = firstSignificant(plain);
    Decoder decoder =
        switch (first) {
          case '{', -1 -> startsLikeJson(plain) ? new JsonDecoder(plain, name) : edn(plain, name);
          case '[' -> edn(notJson(plain, name), name);
          case '(', ';', '#', '^' -> edn(plain, name);
          default ->
              throw new HistoryFormatException(
                  name,
                  1,
                  "this is no history: it begins with "
                      + (first > 0x20 && first < 0x7f ? "'" + (char) first + "'" : "byte " + first)
                      + ", where a JSON object or an EDN map or vector should begin");
        };
    return new HistoryReader(decoder, unpacked, name);
  }

  /** The first byte that is no blank, left unread; a byte order mark is dropped. */
  private static int firstSignificant(PushbackInputStream in) throws IOException {
    byte[] head = peek(in, 3);
    if (head.length == 3
        && head[0] == (byte) 0xef
        && head[1] == (byte) 0xbb
        && head[2] == (byte) 0xbf) {
      in.skipNBytes(3);
      head = peek(in, 1);
    }
    byte[] start = peek(in, 64);
    for (byte b : start) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t' && b != ',') {
        return b & 0xff;
      }
    }
    return start.length == 64 ? ';' : -1;
  }

  private static byte[] peek(PushbackInputStream in, int count) throws IOException {
    byte[] head = in.readNBytes(count);
    in.unread(head);
    return head;
  }

  /** A JSON object goes on with a quotation mark or its end, one in EDN with a keyword. */
  private static boolean startsLikeJson(PushbackInputStream in) throws IOException {
    byte[] head = peek(in, 64);
    boolean open = false;
    for (byte b : head) {
      if (b == '{' && !open) {
        open = true;
      } else if (open && b != ' ' && b != '\t') {
        return b != ':' && b != '\n' && b != '\r' && b != ',' && b != ';' && b != '#' && b != '^';
      }
    }
    return true;
  }

  /** Refuses an array of JSON objects, which would be told to be bad EDN. */
  private static PushbackInputStream notJson(PushbackInputStream in, String name)
      throws IOException {
    String head = new String(peek(in, 64), StandardCharsets.ISO_8859_1);
    if (head.replaceAll("\\s", "").startsWith("[{\"")) {
      throw new HistoryFormatException(
          name, 1, "this is an array of JSON objects; a history has one object a line");
    }
    return in;
  }

  private static Decoder edn(InputStream in, String name) {
    return new EdnDecoder(in, name);
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        next = decoder.next(nextIndex, lastTime);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read on after line " + decoder.line(), e);
      }
      if (next == null) {
        ended = true;
      } else {
        rules.check(next, decoder.line());
        nextIndex = next.index() + 1;
        lastTime = next.time();
        operations++;
      }
    }
    return next != null;
  }

  @Override
  public Operation next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the history has only " + operations + " operations");
    }
    Operation operation = next;
    next = null;
    return operation;
  }

  @Override
  public Optional<String> truncated() {
    String told = decoder.truncated();
    if (told == null && unpacked != null && unpacked.cutOff()) {
      told = "the compressed file is cut off after line " + decoder.line();
    }
    return Optional.ofNullable(told);
  }

  @Override
  public void close() throws IOException {
    decoder.close();
  }

  private static final class JsonDecoder implements Decoder {
    private final LineSource lines;
    private final String name;
    private final FastJson fast = new FastJson();
    private int blanks;
    private @Nullable String truncated;

    private JsonDecoder(InputStream in, String name) {
      this.lines = new LineSource(in, name);
      this.name = name;
    }

    @Override
    public @Nullable Operation next(long nextIndex, long lastTime) throws IOException {
      while (lines.advance()) {
        if (blank()) {
          countBlanks();
          continue;
        }
        blanks = 0;
        Operation operation =
            fast.parse(lines.buffer(), lines.start(), lines.end(), nextIndex, lastTime);
        if (operation != null) {
          return operation;
        }
        try {
          return JsonOperations.parse(
              lines.buffer(), lines.start(), lines.end(), nextIndex, lastTime);
        } catch (JsonOperations.BadLine e) {
          if (lines.terminated() || e.wholeObject()) {
            throw new HistoryFormatException(name, lines.line(), e.problem());
          }
          truncated =
              "line "
                  + lines.line()
                  + " is cut off (it has no line end and cannot be read), and was left out";
          return null;
        }
      }
      return null;
    }

    private void countBlanks() {
      blanks += lines.bytes();
      if (blanks > LineSource.MAX_LINE_BYTES) {
        throw new HistoryFormatException(
            name,
            lines.line(),
            "more than "
                + LineSource.MAX_LINE_BYTES
                + " bytes of blank lines without an operation");
      }
    }

    private boolean blank() {
      byte[] buffer = lines.buffer();
      for (int i = lines.start(); i < lines.end(); i++) {
        if (buffer[i] != ' ' && buffer[i] != '\t') {
          return false;
        }
      }
      return true;
    }

    @Override
    public long line() {
      return lines.line();
    }

    @Override
    public @Nullable String truncated() {
      return truncated;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private static final class EdnDecoder implements Decoder {
    private final EdnReader reader;
    private final InputStream in;
    private boolean started;
    private int close = -1;
    private long line = 1;
    private @Nullable String truncated;

    private EdnDecoder(InputStream in, String name) {
      this.in = in;
      this.reader = new EdnReader(in, name);
    }

    @Override
    public @Nullable Operation next(long nextIndex, long lastTime) throws IOException {
      while (true) {
        int c = reader.nextSignificant();
        line = reader.line();
        if (c == -1) {
          truncated = close == -1 ? null : "the file ends before the closing " + (char) close;
          return null;
        }
        if (c == close) {
          reader.skip();
          nothingFollows();
          return null;
        }
        if (!started && (c == '[' || c == '(')) {
          started = true;
          close = c == '[' ? ']' : ')';
          reader.skip();
          continue;
        }
        Object form = null;
        try {
          if (!started && c == '^') {
            reader.metadata();
            continue;
          }
          form = reader.form();
          if (EdnReader.wasDiscarded(form)) {
            continue;
          }
          started = true;
          Operation operation = EdnOperations.operation(form, reader, nextIndex, lastTime);
          reader.operationRead();
          return operation;
        } catch (EdnReader.Unfinished e) {
          truncated = cutOff();
          return null;
        } catch (HistoryFormatException e) {
          if (form instanceof Map<?, ?> || !reader.endsHere()) {
            throw e;
          }
          truncated = cutOff();
          return null;
        }
      }
    }

    /** Discarded forms may come after the end, as anywhere. */
    private void nothingFollows() throws IOException {
      try {
        while (reader.nextSignificant() != -1) {
          if (!EdnReader.wasDiscarded(reader.form())) {
            throw reader.bad("something follows the closing " + (char) close);
          }
        }
      } catch (EdnReader.Unfinished e) {
        throw reader.bad("the form after the closing " + (char) close + " has no end");
      }
    }

    private String cutOff() {
      return "the operation that begins in line " + line + " is cut off, and was left out";
    }

    @Override
    public long line() {
      return line;
    }

    @Override
    public @Nullable String truncated() {
      return truncated;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
