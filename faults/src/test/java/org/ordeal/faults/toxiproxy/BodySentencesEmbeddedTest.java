package org.ordeal.faults.toxiproxy;

/** BodySentencesConformance against the embedded server. */
final class BodySentencesEmbeddedTest extends BodySentencesConformance {
  BodySentencesEmbeddedTest() {
    super(TestServer.Kind.EMBEDDED);
  }
}
