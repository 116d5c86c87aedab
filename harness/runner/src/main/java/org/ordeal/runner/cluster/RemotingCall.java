package org.ordeal.runner.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request and its answer in RocketMQ's remoting protocol, on a connection of its own: all that
 * the harness itself needs to ask nodes what they are.
 *
 * <pre>
 *   length     int32   of everything behind it
 *   header     int32   upper byte: 0 = JSON; lower three: length of the header
 *   header     JSON    code, language, version, opaque, flag (bit 0: answer), remark, extFields
 *   body       bytes
 * </pre>
 *
 * Source: {@code RemotingCommand} of Apache RocketMQ 5.
 */
public final class RemotingCall {

  /** Asks a NameServer for every broker it knows. */
  public static final int GET_BROKER_CLUSTER_INFO = 106;

  /** Asks a broker for its properties as they are now. */
  public static final int GET_BROKER_CONFIG = 26;

  /** Asks a broker for every topic it knows. */
  public static final int GET_ALL_TOPIC_CONFIG = 21;

  /** A code that nobody serves: every server answers it at once, and it does nothing. */
  public static final int UNSERVED = 9_999_999;

  private static final int HEADER_MASK = 0xFFFFFF;
  private static final int MOST_BYTES = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private RemotingCall() {}

  /**
   * An answer.
   *
   * @param code 0 for success
   * @param remark what the server says of it, possibly empty
   * @param fields named values of the header
   * @param body what follows the header, as UTF-8 text: all that the harness asks for is text
   */
  public record Answer(int code, String remark, Map<String, String> fields, String body) {

    /** Whether the server did what was asked. */
    public boolean succeeded() {
      return code == 0;
    }
  }

  /**
   * Dials, asks, waits for the answer, hangs up.
   *
   * @throws java.net.ConnectException where nobody listens
   * @throws java.net.SocketTimeoutException where nothing came back in time
   * @throws EOFException where the server hung up instead of answering
   * @throws IOException on anything else
   */
  public static Answer call(
      InetSocketAddress server, int code, Map<String, String> fields, byte[] body, Duration atMost)
      throws IOException {
    int millis = Math.toIntExact(Math.max(1, atMost.toMillis()));
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(server, millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(request(code, fields, body));
      return answer(new DataInputStream(socket.getInputStream()));
    }
  }

  private static byte[] request(int code, Map<String, String> fields, byte[] body)
      throws JsonProcessingException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("code", code);
    header.put("language", "JAVA");
    header.put("version", 433);
    header.put("opaque", 1);
    header.put("flag", 0);
    header.put("serializeTypeCurrentRPC", "JSON");
    header.put("extFields", fields);
    byte[] json = JSON.writeValueAsBytes(header);
    return ByteBuffer.allocate(8 + json.length + body.length)
        .putInt(4 + json.length + body.length)
        .putInt(json.length)
        .put(json)
        .put(body)
        .array();
  }

  private static Answer answer(DataInputStream in) throws IOException {
    int length = in.readInt();
    int headerLength = in.readInt() & HEADER_MASK;
    if (length < 4 + headerLength || length > MOST_BYTES) {
      throw new IOException(
          "The answer's lengths (%d, %d) fit nothing.".formatted(length, headerLength));
    }
    byte[] header = new byte[headerLength];
    in.readFully(header);
    byte[] body = new byte[length - 4 - headerLength];
    in.readFully(body);
    JsonNode read = JSON.readTree(header);
    Map<String, String> fields = new LinkedHashMap<>();
    read.path("extFields")
        .properties()
        .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
    return new Answer(
        read.path("code").asInt(),
        read.path("remark").asText(""),
        fields,
        new String(body, StandardCharsets.UTF_8));
  }
}
