package org.ordeal.faults.toxiproxy;

/** ApiTranscriptConformance against the Go server, where there is one. */
final class ApiTranscriptGoServerTest extends ApiTranscriptConformance {
  ApiTranscriptGoServerTest() {
    super(TestServer.Kind.GO);
  }
}
