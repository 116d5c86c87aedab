package org.ordeal.remoting;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads headers in both formats. Stateless and thread-safe. */
final class HeaderCodec {
  private static final int MAX_FIELDS = 4096;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(4).build())
          // fastjson, which Apache's clients use, is no stricter.
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private HeaderCodec() {}

  static void encode(Command command, ByteBuf out) throws IOException {
    switch (command.format()) {
      case JSON -> encodeJson(command, out);
      case ROCKETMQ -> encodeBinary(command, out);
    }
  }

  /**
   * Reads the header that fills {@code in}.
   *
   * @throws CorruptFrameException when it is not a header of that format
   */
  static Command decode(HeaderFormat format, ByteBuf in, byte @Nullable [] body)
      throws CorruptFrameException {
    return switch (format) {
      case JSON -> decodeJson(in, body);
      case ROCKETMQ -> decodeBinary(in, body);
    };
  }

  private static void encodeJson(Command command, ByteBuf out) throws IOException {
    try (var generator = JSON.createGenerator((OutputStream) new ByteBufOutputStream(out))) {
      generator.writeStartObject();
      generator.writeNumberField("code", command.code());
      if (!command.fields().isEmpty()) {
        generator.writeObjectFieldStart("extFields");
        for (var field : command.fields().entrySet()) {
          generator.writeStringField(field.getKey(), field.getValue());
        }
        generator.writeEndObject();
      }
      generator.writeNumberField("flag", command.flag());
      generator.writeStringField("language", command.language().name());
      generator.writeNumberField("opaque", command.opaque());
      if (command.remark() != null) {
        generator.writeStringField("remark", command.remark());
      }
      generator.writeStringField("serializeTypeCurrentRPC", "JSON");
      generator.writeNumberField("version", command.version());
      generator.writeEndObject();
    }
  }

  private static Command decodeJson(ByteBuf in, byte @Nullable [] body)
      throws CorruptFrameException {
    int code = 0;
    int flag = 0;
    int version = 0;
    int opaque = 0;
    var language = Language.JAVA;
    String remark = null;
    Map<String, String> fields = Map.of();
    try (var parser = JSON.createParser((InputStream) new ByteBufInputStream(in))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CorruptFrameException("A JSON header is no object.");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        var value = parser.nextToken();
        switch (name) {
          case "code" -> code = integer(parser, value);
          case "flag" -> flag = integer(parser, value);
          case "version" -> version = integer(parser, value);
          case "opaque" -> opaque = integer(parser, value);
          case "language" -> language = Language.named(text(parser, value));
          case "remark" -> remark = value == JsonToken.VALUE_NULL ? null : text(parser, value);
          case "extFields" -> fields = fields(parser, value);
          default -> parser.skipChildren();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT) {
        throw new CorruptFrameException("A JSON header does not end.");
      }
    } catch (IOException e) {
      throw new CorruptFrameException("A JSON header cannot be read: " + firstLine(e));
    }
    return new Command(
        code, flag, language, version, opaque, remark, fields, body, HeaderFormat.JSON);
  }

  private static String firstLine(IOException e) {
    var message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static int integer(JsonParser parser, JsonToken token)
      throws IOException, CorruptFrameException {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw new CorruptFrameException(
          "The header's " + parser.currentName() + " is no whole number.");
    }
    return parser.getIntValue();
  }

  private static String text(JsonParser parser, JsonToken token)
      throws IOException, CorruptFrameException {
    if (!token.isScalarValue()) {
      throw new CorruptFrameException("The header's " + parser.currentName() + " is no text.");
    }
    return parser.getText();
  }

  private static Map<String, String> fields(JsonParser parser, JsonToken token)
      throws IOException, CorruptFrameException {
    if (token == JsonToken.VALUE_NULL) {
      return Map.of();
    }
    if (token != JsonToken.START_OBJECT) {
      throw new CorruptFrameException("The header's extFields are no object.");
    }
    var fields = new HashMap<String, String>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var value = parser.nextToken();
      if (value != JsonToken.VALUE_NULL) {
        put(fields, name, text(parser, value));
      }
    }
    return fields;
  }

  private static void put(Map<String, String> fields, String name, String value)
      throws CorruptFrameException {
    if (fields.size() >= MAX_FIELDS) {
      throw new CorruptFrameException("A header has more than " + MAX_FIELDS + " fields.");
    }
    fields.put(name, value);
  }

  private static void encodeBinary(Command command, ByteBuf out) {
    out.writeShort(command.code());
    out.writeByte(command.language().code);
    out.writeShort(command.version());
    out.writeInt(command.opaque());
    out.writeInt(command.flag());
    writeLong(out, command.remark() == null ? "" : command.remark());
    int lengthAt = out.writerIndex();
    out.writeInt(0);
    for (var field : command.fields().entrySet()) {
      int keyAt = out.writerIndex();
      out.writeShort(0);
      out.setShort(keyAt, ByteBufUtil.writeUtf8(out, field.getKey()));
      writeLong(out, field.getValue());
    }
    out.setInt(lengthAt, out.writerIndex() - lengthAt - 4);
  }

  private static void writeLong(ByteBuf out, String text) {
    int lengthAt = out.writerIndex();
    out.writeInt(0);
    out.setInt(lengthAt, ByteBufUtil.writeUtf8(out, text));
  }

  private static Command decodeBinary(ByteBuf in, byte @Nullable [] body)
      throws CorruptFrameException {
    if (in.readableBytes() < 21) {
      throw new CorruptFrameException("A binary header is shorter than 21 bytes.");
    }
    int code = in.readShort();
    var language = Language.of(in.readByte());
    int version = in.readShort();
    int opaque = in.readInt();
    int flag = in.readInt();
    var remark = read(in, length(in, in.readInt()));
    if (in.readableBytes() < 4) {
      throw new CorruptFrameException("A binary header ends before its fields.");
    }
    var map = in.readSlice(length(in, in.readInt()));
    var fields = new HashMap<String, String>();
    while (map.isReadable()) {
      if (map.readableBytes() < 2) {
        throw new CorruptFrameException("A binary header's fields end inside a name.");
      }
      var name = read(map, length(map, map.readShort()));
      if (map.readableBytes() < 4) {
        throw new CorruptFrameException("A binary header's fields end before a value.");
      }
      put(fields, name, read(map, length(map, map.readInt())));
    }
    return new Command(
        code,
        flag,
        language,
        version,
        opaque,
        remark.isEmpty() ? null : remark,
        fields,
        body,
        HeaderFormat.ROCKETMQ);
  }

  private static int length(ByteBuf in, int length) throws CorruptFrameException {
    if (length < 0 || length > in.readableBytes()) {
      throw new CorruptFrameException(
          "A binary header tells a length of " + length + " with " + in.readableBytes() + " left.");
    }
    return length;
  }

  private static String read(ByteBuf in, int length) {
    return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
  }
}
