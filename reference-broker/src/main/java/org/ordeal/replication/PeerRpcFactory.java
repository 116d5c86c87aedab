package org.ordeal.replication;

import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.impl.BoltRaftRpcFactory;
import com.alipay.sofa.jraft.util.SPI;

/** Gives JRaft, and {@link PeerCalls}, clients that do not stay on a dead connection. */
@SPI(priority = 1) // before JRaft's own, which has 0
public final class PeerRpcFactory extends BoltRaftRpcFactory {

  @Override
  public RpcClient createRpcClient(ConfigHelper<RpcClient> helper) {
    var client = new PeerClient(new com.alipay.remoting.rpc.RpcClient());
    if (helper != null) {
      helper.config(client);
    }
    return client;
  }
}
