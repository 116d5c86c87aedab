package org.ordeal.replication;

import java.io.IOException;

/** Opens a replica: {@link Replicas#open} in the product. */
@FunctionalInterface
public interface ReplicaFactory {
  Replica open(ReplicaConfig config) throws IOException;
}
