package org.ordeal.faults.toxiproxy;

/** ToxicBehaviourConformance against the Go server, where there is one. */
final class ToxicBehaviourGoServerTest extends ToxicBehaviourConformance {
  ToxicBehaviourGoServerTest() {
    super(TestServer.Kind.GO);
  }
}
