package org.ordeal.remoting;

import io.netty.util.AttributeKey;

/** Where a connection keeps its {@link Peer}. */
final class PeerAttribute {
  static final AttributeKey<Peer> KEY = AttributeKey.valueOf(PeerAttribute.class, "peer");

  private PeerAttribute() {}
}
