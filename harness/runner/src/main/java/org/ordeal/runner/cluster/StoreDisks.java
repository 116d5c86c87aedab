package org.ordeal.runner.cluster;

import org.ordeal.faults.disk.WriteBackPolicy;

/**
 * Fault disks under the stores of all brokers.
 *
 * @param writeBack what they make durable though nobody syncs it
 * @param linked whether each reaches its storage through a proxy
 */
public record StoreDisks(WriteBackPolicy writeBack, boolean linked) {

  /** As Linux with ext4 writes back, and without a proxy. */
  public static final StoreDisks PLAIN = new StoreDisks(WriteBackPolicy.LINUX, false);
}
