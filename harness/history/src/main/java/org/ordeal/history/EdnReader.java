package org.ordeal.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads EDN (Clojure's data notation) from a stream of UTF-8, one form at a time.
 *
 * <p>Keywords and symbols become their names without the colon, lists become lists, and so do sets,
 * in an order that depends on their elements alone; tagged values lose their tag, the namespace of
 * a map goes to its keys, {@code N} and {@code M} suffixes are dropped, characters become strings
 * of length one. Metadata is dropped. Map keys become strings. Numbers are those of {@link
 * ExactNumbers}. Not thread-safe.
 */
final class EdnReader {

  private static final int MAX_DEPTH = 200;
  private static final int END = -1;

  /** More text than this without an operation is taken for something that is no history. */
  private static final int MAX_CHARACTERS_WITHOUT_OPERATION = LineSource.MAX_LINE_BYTES;

  /** What a discarded form leaves. */
  private enum Discarded {
    SKIPPED
  }

  private final InputStream in;
  private final String name;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 14).limit(0);
  private final CharBuffer buffer = CharBuffer.allocate(1 << 14).limit(0);
  private long line = 1;
  private int last = '\n';
  private int withoutOperation;

  EdnReader(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /** The input ended in the midst of a form. */
  static final class Unfinished extends Exception {
    private static final long serialVersionUID = 1L;

    Unfinished() {
      super(null, null, false, false);
    }
  }

  /** Line of the character that comes next, from 1. */
  long line() {
    return line;
  }

  /** Skips blanks, commas and comments; the next character, or -1 at the end, is not consumed. */
  int nextSignificant() throws IOException {
    while (true) {
      int c = peek();
      if (c == ';') {
        while (c != '\n' && c != END) {
          c = read();
        }
      } else if (c == ',' || (c != END && Character.isWhitespace(c))) {
        read();
      } else {
        return c;
      }
    }
  }

  /** Whether the input ends right here, without a line end. */
  boolean endsHere() throws IOException {
    return peek() == END && last != '\n';
  }

  /** Consumes one character that {@link #nextSignificant} returned. */
  void skip() throws IOException {
    read();
  }

  /** Reads one form; {@link #wasDiscarded} tells whether it is one to be passed over. */
  @Nullable Object form() throws IOException, Unfinished {
    return formOrSkipped(0);
  }

  /** Whether what {@link #form} returned stands for a discarded form. */
  static boolean wasDiscarded(@Nullable Object form) {
    return form == Discarded.SKIPPED;
  }

  /** Reads metadata, whose first character comes next; a form has to follow. */
  void metadata() throws IOException, Unfinished {
    metadata(0);
    if (nextSignificant() == END) {
      throw new Unfinished();
    }
  }

  private void metadata(int depth) throws IOException, Unfinished {
    read();
    form(depth + 1);
  }

  /** Says that an operation was read: what may be read up to the next one is counted anew. */
  void operationRead() {
    withoutOperation = 0;
  }

  private @Nullable Object form(int depth) throws IOException, Unfinished {
    while (true) {
      Object form = formOrSkipped(depth);
      if (form != Discarded.SKIPPED) {
        return form;
      }
    }
  }

  private @Nullable Object formOrSkipped(int depth) throws IOException, Unfinished {
    if (depth > MAX_DEPTH) {
      throw bad("nested deeper than " + MAX_DEPTH + " levels");
    }
    int c = nextSignificant();
    return switch (c) {
      case END -> throw new Unfinished();
      case '{' -> map(depth);
      case '[' -> list(']', depth);
      case '(' -> list(')', depth);
      case '"' -> string();
      case '#' -> dispatch(depth);
      case '^' -> annotated(depth);
      case '\\' -> character();
      case ']', ')', '}' -> throw bad("unexpected " + (char) c);
      default -> atom();
    };
  }

  private @Nullable Object annotated(int depth) throws IOException, Unfinished {
    metadata(depth);
    return form(depth + 1);
  }

  private List<@Nullable Object> list(char close, int depth) throws IOException, Unfinished {
    read();
    List<@Nullable Object> list = new ArrayList<>(2);
    while (nextSignificant() != close) {
      Object form = formOrSkipped(depth + 1);
      if (form != Discarded.SKIPPED) {
        list.add(form);
      }
    }
    read();
    return list;
  }

  private Map<String, @Nullable Object> map(int depth) throws IOException, Unfinished {
    read();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (nextSignificant() != '}') {
      Object key = formOrSkipped(depth + 1);
      if (key == Discarded.SKIPPED) {
        continue;
      }
      String text = CanonicalText.name(key);
      if (nextSignificant() == '}') {
        throw bad("the map has the key " + text + " without a value");
      }
      if (map.containsKey(text)) {
        throw bad("the map has the key " + text + " twice");
      }
      map.put(text, form(depth + 1));
    }
    read();
    return map;
  }

  /** What a # begins: a set, a discarded form, a tag, or a symbolic value. */
  private @Nullable Object dispatch(int depth) throws IOException, Unfinished {
    read();
    int c = peek();
    if (c == '{') {
      List<@Nullable Object> set = list('}', depth);
      return CanonicalText.sorted(set);
    }
    if (c == '^') {
      return annotated(depth);
    }
    if (c == ':') {
      return namespaced(token().substring(1), depth);
    }
    if (c == '_') {
      read();
      form(depth + 1);
      return Discarded.SKIPPED;
    }
    if (c == '#') {
      read();
      return switch (token()) {
        case "Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        case "NaN" -> Double.NaN;
        default -> throw bad("unknown symbolic value");
      };
    }
    if (c == END) {
      throw new Unfinished();
    }
    String tag = token();
    if (tag.isEmpty() || !Character.isLetter(tag.charAt(0))) {
      throw bad("unexpected # before " + tag);
    }
    return form(depth + 1);
  }

  /** A map whose keys share a namespace: {@code #:jepsen{:f :read}}. */
  private Map<String, @Nullable Object> namespaced(String namespace, int depth)
      throws IOException, Unfinished {
    int c = nextSignificant();
    if (c == END) {
      throw new Unfinished();
    }
    if (c != '{' || namespace.isEmpty() || namespace.startsWith(":")) {
      throw bad("unexpected #: before " + namespace);
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> entry : map(depth).entrySet()) {
      String key = entry.getKey();
      String whole = key.contains("/") ? key : namespace + "/" + key;
      if (map.containsKey(whole)) {
        throw bad("the map has the key " + whole + " twice");
      }
      map.put(whole, entry.getValue());
    }
    return map;
  }

  private String string() throws IOException, Unfinished {
    read();
    StringBuilder text = new StringBuilder();
    while (true) {
      int c = read();
      if (c == END) {
        throw new Unfinished();
      }
      if (c == '"') {
        return text.toString();
      }
      if (c != '\\') {
        text.append((char) c);
        continue;
      }
      c = read();
      switch (c) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case '"', '\\' -> text.append((char) c);
        case 'u' -> text.append(unicode());
        case END -> throw new Unfinished();
        default -> throw bad("unknown escape \\" + (char) c + " in a string");
      }
    }
  }

  private char unicode() throws IOException, Unfinished {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int c = read();
      if (c == END) {
        throw new Unfinished();
      }
      int digit = Character.digit(c, 16);
      if (digit < 0) {
        throw bad("\\u needs four hexadecimal digits");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private String character() throws IOException, Unfinished {
    read();
    int first = read();
    if (first == END) {
      throw new Unfinished();
    }
    String rest = token();
    return switch ((char) first + rest) {
      case "newline" -> "\n";
      case "return" -> "\r";
      case "space" -> " ";
      case "tab" -> "\t";
      default -> {
        if (!rest.isEmpty()) {
          throw bad("unknown character \\" + (char) first + rest);
        }
        yield String.valueOf((char) first);
      }
    };
  }

  private @Nullable Object atom() throws IOException {
    String token = token();
    if (token.isEmpty()) {
      throw bad("unexpected character " + (char) peek());
    }
    char first = token.charAt(0);
    if (first == ':') {
      if (token.length() == 1) {
        throw bad("a keyword without a name");
      }
      return token.substring(1);
    }
    boolean signed = (first == '-' || first == '+') && token.length() > 1;
    if (Character.isDigit(first) || (signed && Character.isDigit(token.charAt(1)))) {
      return number(token);
    }
    return switch (token) {
      case "nil" -> null;
      case "true" -> true;
      case "false" -> false;
      default -> token;
    };
  }

  private Object number(String token) {
    try {
      return ExactNumbers.edn(token);
    } catch (ExactNumbers.NotKept e) {
      throw refused(e.problem());
    }
  }

  private String token() throws IOException {
    StringBuilder token = new StringBuilder();
    while (true) {
      int c = peek();
      if (c == END || Character.isWhitespace(c) || ",;\"[](){}\\".indexOf(c) >= 0) {
        return token.toString();
      }
      if (token.length() > 10_000) {
        throw bad("a token of more than 10000 characters");
      }
      token.append((char) read());
    }
  }

  HistoryFormatException bad(String problem) {
    return refused("not EDN: " + problem);
  }

  private HistoryFormatException refused(String problem) {
    return new HistoryFormatException(name, line, problem);
  }

  private int peek() throws IOException {
    return buffer.hasRemaining() || fill() ? buffer.get(buffer.position()) : END;
  }

  private int read() throws IOException {
    int c = peek();
    if (c != END) {
      buffer.get();
      last = c;
      if (++withoutOperation > MAX_CHARACTERS_WITHOUT_OPERATION) {
        throw refused(
            "more than " + MAX_CHARACTERS_WITHOUT_OPERATION + " characters without an operation");
      }
      if (c == '\n') {
        line++;
      }
    }
    return c;
  }

  /** Decodes more; a character cut in two at the end of the input counts as its end. */
  private boolean fill() throws IOException {
    buffer.clear();
    while (buffer.position() == 0) {
      bytes.compact();
      int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
      bytes.position(bytes.position() + Math.max(0, read)).flip();
      if (decoder.decode(bytes, buffer, false).isError()) {
        if (buffer.position() > 0) {
          break;
        }
        throw bad("not UTF-8");
      }
      if (read < 0) {
        break;
      }
    }
    buffer.flip();
    return buffer.hasRemaining();
  }
}
