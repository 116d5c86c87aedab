package org.ordeal.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object into an operation, by Jackson. {@link FastJson} is tried first; whatever it
 * does not take comes here, so that this class alone decides what is wrong and says it.
 */
final class JsonOperations {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private JsonOperations() {}

  /** What is wrong with a line, as a clause. */
  static final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean wholeObject;

    private BadLine(String problem) {
      this(problem, true);
    }

    private BadLine(String problem, boolean wholeObject) {
      super(problem, null, false, false);
      this.wholeObject = wholeObject;
    }

    /** Whether the line is one object, whatever it says: then it was not cut off. */
    boolean wholeObject() {
      return wholeObject;
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  static Operation parse(byte[] line, int start, int end, long nextIndex, long lastTime)
      throws BadLine {
    JsonNode node;
    try {
      node = MAPPER.readTree(line, start, end - start);
    } catch (JsonProcessingException e) {
      throw new BadLine("not a JSON object: " + firstLine(e.getOriginalMessage()), false);
    } catch (NumberFormatException e) {
      throw new BadLine(ExactNumbers.tooFine("a number"), false);
    } catch (IOException e) {
      throw new BadLine("not a JSON object: " + firstLine(String.valueOf(e.getMessage())), false);
    }
    if (node == null || !node.isObject()) {
      throw new BadLine("not a JSON object, but " + kind(node), false);
    }
    long index = longField(node, "index", nextIndex);
    long time = longField(node, "time", lastTime);
    return new Operation(
        index,
        time,
        process(node.get("process")),
        type(node.get("type")),
        requiredText(node, "f"),
        plain(node.get("value")),
        optionalText(node, "key"),
        optionalText(node, "node"),
        optionalText(node, "error"));
  }

  private static String firstLine(String message) {
    int lineFeed = message.indexOf('\n');
    return lineFeed < 0 ? message : message.substring(0, lineFeed);
  }

  private static long longField(JsonNode object, String name, long absent) throws BadLine {
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      return absent;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new BadLine("\"" + name + "\" is " + shown(node) + ", not an integer of 64 bits");
    }
    return node.longValue();
  }

  private static int process(@Nullable JsonNode node) throws BadLine {
    if (node == null) {
      throw new BadLine("\"process\" is missing");
    }
    if (node.isTextual() && node.textValue().equals("nemesis")) {
      return Operation.NEMESIS;
    }
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw new BadLine("\"process\" is " + shown(node) + ", not a number from 0 or \"nemesis\"");
    }
    return node.intValue();
  }

  private static OperationType type(@Nullable JsonNode node) throws BadLine {
    if (node == null) {
      throw new BadLine("\"type\" is missing");
    }
    OperationType type = node.isTextual() ? typeOf(node.textValue()) : null;
    if (type == null) {
      throw new BadLine("\"type\" is " + shown(node) + ", not invoke, ok, fail or info");
    }
    return type;
  }

  static @Nullable OperationType typeOf(String name) {
    return switch (name) {
      case "invoke" -> OperationType.INVOKE;
      case "ok" -> OperationType.OK;
      case "fail" -> OperationType.FAIL;
      case "info" -> OperationType.INFO;
      default -> null;
    };
  }

  private static String requiredText(JsonNode object, String name) throws BadLine {
    String text = optionalText(object, name);
    if (text == null) {
      throw new BadLine("\"" + name + "\" is missing");
    }
    return text;
  }

  private static @Nullable String optionalText(JsonNode object, String name) throws BadLine {
    JsonNode node = object.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isIntegralNumber() && name.equals("key")) {
      return node.asText();
    }
    throw new BadLine("\"" + name + "\" is " + shown(node) + ", not a string");
  }

  private static @Nullable Object plain(@Nullable JsonNode node) throws BadLine {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber()) {
      if (!node.canConvertToLong()) {
        throw new BadLine("the number " + shown(node) + " does not fit in 64 bits");
      }
      return node.longValue();
    }
    if (node.isNumber()) {
      try {
        return ExactNumbers.decimal(node.decimalValue(), node.asText());
      } catch (ExactNumbers.NotKept e) {
        throw new BadLine(e.problem());
      }
    }
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>(node.size());
      for (JsonNode element : node) {
        list.add(plain(element));
      }
      return list;
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      map.put(field.getKey(), plain(field.getValue()));
    }
    return map;
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  private static String kind(@Nullable JsonNode node) {
    return node == null || node.isMissingNode() ? "nothing" : shown(node);
  }
}
