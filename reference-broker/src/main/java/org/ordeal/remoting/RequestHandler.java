package org.ordeal.remoting;

/** Serves requests. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Serves one request, now or later: {@link Exchange#reply} is to be called once, on any thread.
   * Runs on the connection's event loop and must not block.
   *
   * @throws BadRequestException answered with its code and sentence
   * @throws Exception any other is a fault of ours, answered {@code SYSTEM_ERROR}, outcome unknown
   */
  void handle(Exchange exchange) throws Exception;
}
