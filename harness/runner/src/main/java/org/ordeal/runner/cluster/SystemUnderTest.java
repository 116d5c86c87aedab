package org.ordeal.runner.cluster;

import java.util.List;
import java.util.Optional;
import org.ordeal.faults.Member;

/** One build of one piece of broker software, ready to be started. Immutable. */
public interface SystemUnderTest {

  /** As on the command line, such as {@code rocketmq:5.1.0}. */
  String name();

  /** SHA-256 over all its jars, in hexadecimal. */
  String digest();

  /** Why it cannot be run in this way, as a sentence; empty where it can. */
  Optional<String> refusal(ClusterSpec spec);

  /** The ports that a broker or NameServer of such a cluster listens on. */
  List<Port> ports(ClusterSpec spec, Member node);

  /** What a broker or NameServer of such a cluster runs. */
  NodeProgram program(ClusterSpec spec, Member node, Addresses addresses);

  /** Whether a group's leader can change while the cluster runs. */
  default boolean elects(ClusterSpec spec) {
    return switch (spec.topology()) {
      case DLEDGER, CONTROLLER -> true;
      case SINGLE, ASYNC_MASTER, SYNC_MASTER -> false;
    };
  }
}
