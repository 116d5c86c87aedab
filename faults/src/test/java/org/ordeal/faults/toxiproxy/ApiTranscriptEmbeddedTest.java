package org.ordeal.faults.toxiproxy;

/** ApiTranscriptConformance against the embedded server. */
final class ApiTranscriptEmbeddedTest extends ApiTranscriptConformance {
  ApiTranscriptEmbeddedTest() {
    super(TestServer.Kind.EMBEDDED);
  }
}
