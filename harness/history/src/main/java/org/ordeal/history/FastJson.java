package org.ordeal.history;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the plain majority of history lines several times faster than a general JSON parser: known
 * fields, ASCII strings without escapes, integers, arrays. It never says that a line is wrong; it
 * declines, and {@link JsonOperations} decides. Not thread-safe.
 *
 * <p>This class exists because a history of ten million lines is to be read and checked in seconds.
 */
final class FastJson {

  private static final int INTERNED = 512;
  private static final int MAX_DEPTH = 16;

  private static final int INDEX = 1;
  private static final int TIME = 2;
  private static final int PROCESS = 4;
  private static final int TYPE = 8;
  private static final int F = 16;
  private static final int VALUE = 32;
  private static final int KEY = 64;
  private static final int NODE = 128;
  private static final int ERROR = 256;
  private static final int REQUIRED = PROCESS | TYPE | F;

  private static final byte[][] NAMES = {
    "index".getBytes(StandardCharsets.US_ASCII), "time".getBytes(StandardCharsets.US_ASCII),
    "process".getBytes(StandardCharsets.US_ASCII), "type".getBytes(StandardCharsets.US_ASCII),
    "f".getBytes(StandardCharsets.US_ASCII), "value".getBytes(StandardCharsets.US_ASCII),
    "key".getBytes(StandardCharsets.US_ASCII), "node".getBytes(StandardCharsets.US_ASCII),
    "error".getBytes(StandardCharsets.US_ASCII)
  };

  /** Thrown, without a stack, when a line is not of the plain kind. */
  private static final class Declined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Declined() {
      super(null, null, false, false);
    }
  }

  private final Declined declined = new Declined();
  private final String[] interned = new String[INTERNED];
  private final byte[][] internedBytes = new byte[INTERNED][];

  private byte[] bytes = {};
  private int at;
  private int end;
  private int textStart;
  private int textEnd;

  /** The operation of a line, or null where the line is not of the plain kind. */
  @Nullable Operation parse(byte[] line, int from, int to, long nextIndex, long lastTime) {
    bytes = line;
    at = from;
    end = to;
    try {
      return object(nextIndex, lastTime);
    } catch (Declined e) {
      return null;
    }
  }

  private Operation object(long nextIndex, long lastTime) {
    long index = nextIndex;
    long time = lastTime;
    int process = 0;
    OperationType type = OperationType.INVOKE;
    String f = "";
    Object value = null;
    String key = null;
    String node = null;
    String error = null;
    int seen = 0;
    expect('{');
    while (true) {
      int field = field();
      if ((seen & field) != 0) {
        throw declined;
      }
      seen |= field;
      expect(':');
      skipSpaces();
      switch (field) {
        case INDEX -> index = integer();
        case TIME -> time = integer();
        case PROCESS -> process = process();
        case TYPE -> type = type();
        case F -> f = internedText();
        case VALUE -> value = value(0);
        case KEY -> key = internedOrNull();
        case NODE -> node = internedOrNull();
        case ERROR -> error = internedOrNull();
        default -> throw declined;
      }
      skipSpaces();
      byte b = take();
      if (b == '}') {
        break;
      }
      if (b != ',') {
        throw declined;
      }
      skipSpaces();
    }
    skipSpaces();
    if (at != end || (seen & REQUIRED) != REQUIRED) {
      throw declined;
    }
    return new Operation(index, time, process, type, f, value, key, node, error);
  }

  private int field() {
    text();
    int length = textEnd - textStart;
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      if (name.length == length && Arrays.equals(bytes, textStart, textEnd, name, 0, length)) {
        return 1 << i;
      }
    }
    throw declined;
  }

  private OperationType type() {
    text();
    int length = textEnd - textStart;
    OperationType type =
        switch (bytes[textStart]) {
          case 'i' -> length == 6 ? OperationType.INVOKE : OperationType.INFO;
          case 'o' -> OperationType.OK;
          case 'f' -> OperationType.FAIL;
          default -> throw declined;
        };
    String name =
        switch (type) {
          case INVOKE -> "invoke";
          case OK -> "ok";
          case FAIL -> "fail";
          case INFO -> "info";
        };
    if (name.length() != length) {
      throw declined;
    }
    for (int i = 1; i < length; i++) {
      if (bytes[textStart + i] != name.charAt(i)) {
        throw declined;
      }
    }
    return type;
  }

  private int process() {
    if (peek() == '"') {
      if (!internedText().equals("nemesis")) {
        throw declined;
      }
      return Operation.NEMESIS;
    }
    long process = integer();
    if (process < 0 || process > Integer.MAX_VALUE) {
      throw declined;
    }
    return (int) process;
  }

  private @Nullable Object value(int depth) {
    byte b = peek();
    if (b == '"') {
      text();
      return new String(bytes, textStart, textEnd - textStart, StandardCharsets.ISO_8859_1);
    }
    if (b == '-' || (b >= '0' && b <= '9')) {
      return integer();
    }
    if (b == '[') {
      return array(depth);
    }
    if (b == 'n') {
      word("null");
      return null;
    }
    if (b == 't') {
      word("true");
      return true;
    }
    if (b == 'f') {
      word("false");
      return false;
    }
    throw declined;
  }

  private List<@Nullable Object> array(int depth) {
    if (depth == MAX_DEPTH) {
      throw declined;
    }
    at++;
    List<@Nullable Object> list = new ArrayList<>(2);
    skipSpaces();
    if (peek() == ']') {
      at++;
      return list;
    }
    while (true) {
      skipSpaces();
      list.add(value(depth + 1));
      skipSpaces();
      byte b = take();
      if (b == ']') {
        return list;
      }
      if (b != ',') {
        throw declined;
      }
    }
  }

  private long integer() {
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    int first = at;
    long number = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      number = number * 10 + (bytes[at] - '0');
      at++;
    }
    int digits = at - first;
    boolean leadingZero = digits > 1 && bytes[first] == '0';
    if (digits == 0 || digits > 18 || leadingZero || (negative && number == 0)) {
      throw declined;
    }
    byte b = peek();
    if (b != ',' && b != '}' && b != ']' && b != ' ') {
      throw declined;
    }
    return negative ? -number : number;
  }

  private @Nullable String internedOrNull() {
    if (peek() == 'n') {
      word("null");
      return null;
    }
    return internedText();
  }

  /** The next string, the same object each time for the few that come again and again. */
  private String internedText() {
    text();
    int length = textEnd - textStart;
    int hash = length;
    for (int i = textStart; i < textEnd; i++) {
      hash = hash * 31 + bytes[i];
    }
    int slot = (hash ^ (hash >>> 9) ^ (hash >>> 18)) & (INTERNED - 1);
    byte[] known = internedBytes[slot];
    if (known != null
        && known.length == length
        && Arrays.equals(bytes, textStart, textEnd, known, 0, length)) {
      return interned[slot];
    }
    String text = new String(bytes, textStart, length, StandardCharsets.ISO_8859_1);
    internedBytes[slot] = Arrays.copyOfRange(bytes, textStart, textEnd);
    interned[slot] = text;
    return text;
  }

  /** Finds the next string's bounds. */
  private void text() {
    expect('"');
    textStart = at;
    while (at < end) {
      byte b = bytes[at];
      if (b == '"') {
        textEnd = at++;
        return;
      }
      if (b < 0x20 || b == '\\') {
        throw declined;
      }
      at++;
    }
    throw declined;
  }

  private void word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (take() != word.charAt(i)) {
        throw declined;
      }
    }
  }

  private void skipSpaces() {
    while (at < end && bytes[at] == ' ') {
      at++;
    }
  }

  private void expect(char c) {
    if (take() != c) {
      throw declined;
    }
  }

  private byte take() {
    if (at >= end) {
      throw declined;
    }
    return bytes[at++];
  }

  private byte peek() {
    if (at >= end) {
      throw declined;
    }
    return bytes[at];
  }
}
