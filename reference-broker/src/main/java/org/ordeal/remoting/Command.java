package org.ordeal.remoting;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request, or one answer.
 *
 * @param code a {@link RequestCode} in a request, a {@link ResponseCode} in an answer
 * @param flag see the package's drawing
 * @param version RocketMQ's version number of the sender
 * @param opaque ties an answer to its request; set when a request is sent
 * @param remark for people, mostly why something failed
 * @param fields the header's fields by name
 * @param body not to be changed by anybody
 */
@SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
public record Command(
    int code,
    int flag,
    Language language,
    int version,
    int opaque,
    @Nullable String remark,
    Map<String, String> fields,
    byte @Nullable [] body,
    HeaderFormat format) {

  /** The RocketMQ version whose protocol we speak: 5.1.0. */
  public static final int VERSION = 433;

  private static final int ANSWER = 1;
  private static final int ONE_WAY = 2;

  public static Command request(int code, Map<String, String> fields) {
    return new Command(
        code, 0, Language.JAVA, VERSION, 0, null, Map.copyOf(fields), null, HeaderFormat.JSON);
  }

  public static Command request(int code) {
    return request(code, Map.of());
  }

  public static Command success() {
    return answer(ResponseCode.SUCCESS, null);
  }

  public static Command success(byte[] body) {
    return success().withBody(body);
  }

  public static Command success(Map<String, String> fields) {
    return new Command(
        ResponseCode.SUCCESS,
        ANSWER,
        Language.JAVA,
        VERSION,
        0,
        null,
        fields,
        null,
        HeaderFormat.JSON);
  }

  public static Command answer(int code, @Nullable String remark) {
    return new Command(
        code, ANSWER, Language.JAVA, VERSION, 0, remark, Map.of(), null, HeaderFormat.JSON);
  }

  public boolean isAnswer() {
    return (flag & ANSWER) != 0;
  }

  public boolean isOneWay() {
    return (flag & ONE_WAY) != 0;
  }

  public Command withBody(byte @Nullable [] body) {
    return new Command(code, flag, language, version, opaque, remark, fields, body, format);
  }

  public Command withField(String name, String value) {
    var more = new HashMap<>(fields);
    more.put(name, value);
    return withFields(more);
  }

  public Command withFields(Map<String, String> fields) {
    return new Command(code, flag, language, version, opaque, remark, fields, body, format);
  }

  public Command withCode(int code) {
    return new Command(code, flag, language, version, opaque, remark, fields, body, format);
  }

  Command withOpaque(int opaque, HeaderFormat format) {
    return new Command(code, flag, language, version, opaque, remark, fields, body, format);
  }

  Command oneWay() {
    return new Command(
        code, flag | ONE_WAY, language, version, opaque, remark, fields, body, format);
  }

  /** Code, opaque and sizes: without fields and body, which may be large or private. */
  @Override
  public String toString() {
    return (isAnswer() ? "answer " : "request ")
        + code
        + " opaque="
        + opaque
        + (remark == null ? "" : " remark=" + remark)
        + " body="
        + (body == null ? 0 : body.length);
  }
}
