package org.ordeal.faults.toxiproxy;

/** A request that cannot be carried out: the sentence and the HTTP status that the client gets. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  ApiException(int status, String message) {
    super(message);
    this.status = status;
  }

  static ApiException badRequestBody(String reason) {
    return new ApiException(400, "bad request body: " + reason);
  }

  static ApiException missingField(String field) {
    return new ApiException(400, "missing required field: " + field);
  }

  static ApiException proxyNotFound() {
    return new ApiException(404, "proxy not found");
  }

  static ApiException proxyAlreadyExists() {
    return new ApiException(409, "proxy already exists");
  }

  static ApiException invalidStream() {
    return new ApiException(400, "stream was invalid, can be either upstream or downstream");
  }

  static ApiException invalidToxicType() {
    return new ApiException(400, "invalid toxic type");
  }

  static ApiException toxicAlreadyExists() {
    return new ApiException(409, "toxic already exists");
  }

  static ApiException toxicNotFound() {
    return new ApiException(404, "toxic not found");
  }

  /** A failure of the network: the Go server has no status of its own for these. */
  static ApiException internal(String message) {
    return new ApiException(500, message);
  }

  int status() {
    return status;
  }

  String sentence() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
