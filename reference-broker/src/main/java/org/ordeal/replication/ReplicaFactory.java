package org.ordeal.replication;

import java.io.IOException;

/**
 * Opens a replica: {@link Replicas#open} in the product.
 *
 * <p>The broker takes one as an argument of a method, never from configuration, so that tests can
 * put a member that breaks its promises in the place of a real one (the harness must be seen to
 * catch it) and the product cannot.
 */
@FunctionalInterface
public interface ReplicaFactory {
  Replica open(ReplicaConfig config) throws IOException;
}
