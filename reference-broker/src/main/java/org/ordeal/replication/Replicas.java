package org.ordeal.replication;

import java.io.IOException;
import org.ordeal.store.FileSystemDisk;

/** Opens replicas. */
public final class Replicas {
  private Replicas() {}

  /**
   * Opens the store, recovers it and joins the group. Returns when the store is readable; who leads
   * is not known then, and where the store is empty, it may take part only later.
   *
   * @throws IOException with a sentence, when the files cannot be read or must not be trusted, or
   *     the port is taken
   */
  public static Replica open(ReplicaConfig config) throws IOException {
    return new JRaftReplica(config, new FileSystemDisk());
  }
}
