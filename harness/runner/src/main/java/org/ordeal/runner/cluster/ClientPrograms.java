package org.ordeal.runner.cluster;

import org.ordeal.faults.Member;

/** Says what client nodes run. */
@FunctionalInterface
public interface ClientPrograms {

  /** The program of one client node. */
  NodeProgram program(Member client, Addresses addresses);
}
