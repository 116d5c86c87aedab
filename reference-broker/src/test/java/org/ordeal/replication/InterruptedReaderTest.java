package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;

class InterruptedReaderTest {
  @TempDir Path root;

  @Test
  void shouldGoOnWhenAReaderIsInterrupted() throws Exception {
    var config = Drafts.config(root, Drafts.members(1), "n0", Flush.SYNC, 1 << 20);
    try (var replica = Replicas.open(config)) {
      await().until(() -> replica.role().leads());
      append(replica, draft("T", 0, "m0"));
      Thread.currentThread().interrupt();
      assertThat(bodies(replica, "T", 0)).containsExactly("m0");
      assertThat(Thread.interrupted()).isTrue();
      append(replica, draft("T", 0, "m1"));
      assertThat(bodies(replica, "T", 0)).containsExactly("m0", "m1");
      assertThat(replica.role().failure()).isNull();
    }
  }
}
