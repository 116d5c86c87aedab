package org.ordeal.faults.toxiproxy;

/** ProxyBehaviourConformance against the embedded server. */
final class ProxyBehaviourEmbeddedTest extends ProxyBehaviourConformance {
  ProxyBehaviourEmbeddedTest() {
    super(TestServer.Kind.EMBEDDED);
  }
}
