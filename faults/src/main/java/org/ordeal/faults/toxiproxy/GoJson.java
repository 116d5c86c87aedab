package org.ordeal.faults.toxiproxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON parser that refuses what Go's {@code encoding/json} refuses, in its words.
 *
 * <p>The API's error bodies quote those words, and clients have been seen to match on them. Like
 * Go's stream decoder it reads one value and ignores whatever follows it.
 */
final class GoJson {
  private static final int MAX_DEPTH = 1_000;

  private final String text;
  private int position;
  private int depth;

  private GoJson(String text) {
    this.text = text;
  }

  /** One JSON value. */
  sealed interface Value {
    /** What Go calls this kind of value in its error messages. */
    String kind();
  }

  /** An object: its members in the order in which they came, duplicates included. */
  record ObjectValue(List<Member> members) implements Value {
    @Override
    public String kind() {
      return "object";
    }
  }

  /** One member of an object. */
  record Member(String name, Value value) {
    /** Go matches the names of fields in any case of letters. */
    boolean named(String field) {
      return name.equalsIgnoreCase(field);
    }
  }

  /** An array. */
  record ArrayValue(List<Value> elements) implements Value {
    @Override
    public String kind() {
      return "array";
    }
  }

  /** A string. */
  record StringValue(String value) implements Value {
    @Override
    public String kind() {
      return "string";
    }
  }

  /** A number, as it was written. */
  record NumberValue(String literal) implements Value {
    @Override
    public String kind() {
      return "number";
    }
  }

  /** True or false. */
  record BooleanValue(boolean value) implements Value {
    @Override
    public String kind() {
      return "bool";
    }
  }

  /** Null, which Go's decoder takes for "leave it as it is". */
  record NullValue() implements Value {
    @Override
    public String kind() {
      return "null";
    }
  }

  /**
   * The first JSON value in {@code body}.
   *
   * @throws ApiException with status 400 and Go's sentence where there is none
   */
  static Value parse(byte[] body) throws ApiException {
    GoJson parser = new GoJson(new String(body, StandardCharsets.UTF_8));
    parser.skipSpace();
    if (parser.atEnd()) {
      throw ApiException.badRequestBody("EOF");
    }
    return parser.value();
  }

  private Value value() throws ApiException {
    char c = peek();
    if (c == '"') {
      return new StringValue(string());
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
      return number();
    }
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case 't' -> literal("true", new BooleanValue(true));
      case 'f' -> literal("false", new BooleanValue(false));
      case 'n' -> literal("null", new NullValue());
      default -> throw invalid("looking for beginning of value");
    };
  }

  private Value object() throws ApiException {
    enter();
    List<Member> members = new ArrayList<>();
    skipSpace();
    if (peek() == '}') {
      return leave(new ObjectValue(members));
    }
    while (true) {
      skipSpace();
      if (peek() != '"') {
        throw invalid("looking for beginning of object key string");
      }
      String name = string();
      skipSpace();
      if (peek() != ':') {
        throw invalid("after object key");
      }
      position++;
      skipSpace();
      members.add(new Member(name, value()));
      skipSpace();
      char c = peek();
      if (c == '}') {
        return leave(new ObjectValue(members));
      }
      if (c != ',') {
        throw invalid("after object key:value pair");
      }
      position++;
    }
  }

  private Value array() throws ApiException {
    enter();
    List<Value> elements = new ArrayList<>();
    skipSpace();
    if (peek() == ']') {
      return leave(new ArrayValue(elements));
    }
    while (true) {
      skipSpace();
      elements.add(value());
      skipSpace();
      char c = peek();
      if (c == ']') {
        return leave(new ArrayValue(elements));
      }
      if (c != ',') {
        throw invalid("after array element");
      }
      position++;
    }
  }

  private void enter() throws ApiException {
    position++;
    if (++depth > MAX_DEPTH) {
      throw ApiException.badRequestBody("exceeded max depth");
    }
  }

  private Value leave(Value value) {
    position++;
    depth--;
    return value;
  }

  private Value literal(String word, Value value) throws ApiException {
    for (int i = 0; i < word.length(); i++) {
      if (peek() != word.charAt(i)) {
        throw invalid("in literal " + word + " (expecting " + quoted(word.charAt(i)) + ")");
      }
      position++;
    }
    return value;
  }

  private Value number() throws ApiException {
    int start = position;
    if (peek() == '-') {
      position++;
      requireDigit("in numeric literal");
    }
    if (peek() == '0') {
      position++;
    } else {
      skipDigits();
    }
    if (!atEnd() && text.charAt(position) == '.') {
      position++;
      requireDigit("after decimal point in numeric literal");
      skipDigits();
    }
    if (!atEnd() && (text.charAt(position) == 'e' || text.charAt(position) == 'E')) {
      position++;
      if (peek() == '+' || peek() == '-') {
        position++;
      }
      requireDigit("in exponent of numeric literal");
      skipDigits();
    }
    return new NumberValue(text.substring(start, position));
  }

  private void requireDigit(String where) throws ApiException {
    char c = peek();
    if (c < '0' || c > '9') {
      throw invalid(where);
    }
  }

  private void skipDigits() {
    while (!atEnd() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
      position++;
    }
  }

  private String string() throws ApiException {
    position++;
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = peek();
      if (c == '"') {
        position++;
        return out.toString();
      }
      if (c < 0x20) {
        throw invalid("in string literal");
      }
      position++;
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() throws ApiException {
    char c = peek();
    char meant =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> 0;
          default -> throw invalid("in string escape code");
        };
    position++;
    if (c != 'u') {
      return meant;
    }
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw invalid("in \\u hexadecimal character escape");
      }
      code = code * 16 + digit;
      position++;
    }
    return (char) code;
  }

  private void skipSpace() {
    while (!atEnd() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private boolean atEnd() {
    return position >= text.length();
  }

  private char peek() throws ApiException {
    if (atEnd()) {
      throw ApiException.badRequestBody("unexpected EOF");
    }
    return text.charAt(position);
  }

  private ApiException invalid(String where) {
    return ApiException.badRequestBody(
        "invalid character " + quoted(text.charAt(position)) + " " + where);
  }

  private static String quoted(char c) {
    return switch (c) {
      case '\'' -> "'\\''";
      case '"' -> "'\"'";
      case '\\' -> "'\\\\'";
      case '\n' -> "'\\n'";
      case '\r' -> "'\\r'";
      case '\t' -> "'\\t'";
      case '\b' -> "'\\b'";
      case '\f' -> "'\\f'";
      default -> c < 0x20 ? String.format("'\\x%02x'", (int) c) : "'" + c + "'";
    };
  }
}
