package org.ordeal.remoting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON bodies as RocketMQ does, which is not always JSON: fastjson leaves numeric
 * keys of maps without quotes, and writes maps whose keys are objects as {@code {{..}:{..}}}.
 */
public final class Bodies {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(16 << 20)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private Bodies() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree that cannot be written.", e);
    }
  }

  public static String text(JsonNode node) {
    return new String(write(node), StandardCharsets.UTF_8);
  }

  /**
   * Reads a body that must be an object.
   *
   * @throws BadRequestException with a sentence where it is absent or something else
   */
  public static ObjectNode read(byte @Nullable [] body) throws BadRequestException {
    if (body == null || body.length == 0) {
      throw new BadRequestException("The request lacks its body.");
    }
    if (readAny(body) instanceof ObjectNode object) {
      return object;
    }
    throw new BadRequestException("The request's body is no JSON object.");
  }

  /** Reads a body that may be any JSON value. */
  public static JsonNode readAny(byte[] body) throws BadRequestException {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      var message = String.valueOf(e.getMessage());
      int end = message.indexOf('\n');
      throw new BadRequestException(
          "The request's body is no JSON: " + (end < 0 ? message : message.substring(0, end)));
    }
  }

  /** Sets a map whose keys are objects, in fastjson's way. */
  public static void putObjectKeyed(
      ObjectNode target, String name, Map<? extends JsonNode, ? extends JsonNode> map) {
    var text = new StringBuilder("{");
    map.forEach(
        (key, value) -> {
          if (text.length() > 1) {
            text.append(',');
          }
          text.append(text(key)).append(':').append(text(value));
        });
    target.putRawValue(name, new RawValue(text.append('}').toString()));
  }
}
