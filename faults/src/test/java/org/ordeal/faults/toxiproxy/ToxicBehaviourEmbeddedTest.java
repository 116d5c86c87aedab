package org.ordeal.faults.toxiproxy;

/** ToxicBehaviourConformance against the embedded server. */
final class ToxicBehaviourEmbeddedTest extends ToxicBehaviourConformance {
  ToxicBehaviourEmbeddedTest() {
    super(TestServer.Kind.EMBEDDED);
  }
}
