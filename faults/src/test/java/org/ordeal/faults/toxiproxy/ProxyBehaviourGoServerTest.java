package org.ordeal.faults.toxiproxy;

/** ProxyBehaviourConformance against the Go server, where there is one. */
final class ProxyBehaviourGoServerTest extends ProxyBehaviourConformance {
  ProxyBehaviourGoServerTest() {
    super(TestServer.Kind.GO);
  }
}
