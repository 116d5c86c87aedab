package org.ordeal.faults.toxiproxy;

/** BodySentencesConformance against the Go server, where there is one. */
final class BodySentencesGoServerTest extends BodySentencesConformance {
  BodySentencesGoServerTest() {
    super(TestServer.Kind.GO);
  }
}
