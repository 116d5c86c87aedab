package org.ordeal.variants;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.ordeal.replication.Replica;
import org.ordeal.replication.ReplicaConfig;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.replication.ReplicaFactory;
import org.ordeal.replication.Replicas;

/** The ways in which a broker can be wrong here. */
enum Variant implements ReplicaFactory {
  ACK_BEFORE_REPLICATION {
    @Override
    public Replica open(ReplicaConfig config) throws IOException {
      return new HastyReplica(Replicas.open(config));
    }
  },
  /** Whatever the configuration says: the page cache is enough for an acknowledgement. */
  ACK_BEFORE_FSYNC {
    @Override
    public Replica open(ReplicaConfig config) throws IOException {
      return Replicas.open(
          new ReplicaConfig(
              config.group(),
              config.self(),
              config.members(),
              config.directory(),
              config.commitLogDirectory(),
              config.storeHost(),
              Flush.ASYNC,
              config.flushInterval(),
              config.flushBytes(),
              config.segmentBytes(),
              config.retention(),
              config.diskMaxUsedRatio(),
              config.diskRefuseRatio(),
              config.maxMessageBytes(),
              config.electionTimeout()));
    }
  },
  STALE_LEADER {
    @Override
    public Replica open(ReplicaConfig config) throws IOException {
      return new StaleReplica(Replicas.open(config));
    }
  };

  String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  static Variant of(String label) {
    return Arrays.stream(values())
        .filter(variant -> variant.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no variant '%s'; there are: %s."
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(Variant::label)
                                .collect(Collectors.joining(", ")))));
  }
}
