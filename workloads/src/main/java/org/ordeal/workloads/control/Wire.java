package org.ordeal.workloads.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Turns control messages into lines and back. Thread-safe. */
public final class Wire {

  private final ObjectMapper json = JsonMapper.builder().build();

  /**
   * A request with the number that its reply will carry.
   *
   * @param id unique on its connection
   * @param request what is asked
   */
  public record NumberedRequest(long id, Request request) {}

  /**
   * A reply with the number of its request.
   *
   * @param id number of the request
   * @param reply the answer
   */
  public record NumberedReply(long id, Reply reply) {}

  /** One line, without its line break. */
  public String write(Object message) {
    try {
      return json.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Could not write the control message " + message + " as JSON.", e);
    }
  }

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if the line is none
   */
  public NumberedRequest readRequest(String line) {
    return read(line, NumberedRequest.class);
  }

  /**
   * Reads a reply.
   *
   * @throws IllegalArgumentException if the line is none
   */
  public NumberedReply readReply(String line) {
    return read(line, NumberedReply.class);
  }

  private <T> T read(String line, Class<T> type) {
    try {
      return json.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Not a control message: %s (%s). Are harness and client node of one version?"
              .formatted(line, e.getOriginalMessage()),
          e);
    }
  }
}
