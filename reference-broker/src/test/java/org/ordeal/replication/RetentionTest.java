package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.FileSystemDisk;

class RetentionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path root;

  private Replica open(List<Member> members, Duration retention) throws IOException {
    var plain = Drafts.config(root, members, "n0", Flush.SYNC, 8192);
    var replica =
        Replicas.open(
            new ReplicaConfig(
                plain.group(),
                plain.self(),
                members,
                plain.directory(),
                plain.commitLogDirectory(),
                plain.storeHost(),
                plain.flush(),
                plain.flushInterval(),
                plain.flushBytes(),
                plain.segmentBytes(),
                retention,
                2,
                2,
                plain.maxMessageBytes(),
                plain.electionTimeout()));
    await().atMost(PATIENCE).until(() -> replica.role().leads());
    return replica;
  }

  @Test
  void shouldDeleteOldSegmentsAndKeepOffsetsThroughRestartAndRebuild() throws Exception {
    var members = Drafts.members(1);
    long min;
    try (var replica = open(members, Duration.ofMillis(1))) {
      for (var i = 0; i < 200; i++) {
        append(replica, draft("T", 0, "m%03d".formatted(i) + "x".repeat(200)));
      }
      await().atMost(PATIENCE).until(() -> replica.minOffset("T", 0) > 100);
      min = replica.minOffset("T", 0);
      assertThat(replica.status().minCommitLogOffset()).isPositive();
      assertThat(replica.fetch("T", 0, 0, 1, 1000, Replica.TagFilter.ALL))
          .extracting(Fetch::status, Fetch::nextOffset)
          .containsExactly(Fetch.Status.OFFSET_TOO_SMALL, min);
      assertLeft(replica, min, 200);
    }
    try (var replica = open(members, Duration.ofDays(1))) {
      assertLeft(replica, min, 200);
      append(replica, draft("T", 0, "m200"));
    }
    for (var lost : List.of("consumequeue", "index")) {
      Checkpoints.deleteTree(new FileSystemDisk(), root.resolve("n0").resolve(lost));
    }
    try (var replica = open(members, Duration.ofDays(1))) {
      assertLeft(replica, min, 201);
      assertThat(append(replica, draft("T", 0, "m201")).messages().getFirst().queueOffset())
          .isEqualTo(201);
    }
  }

  private static void assertLeft(Replica replica, long min, long max) {
    assertThat(replica.minOffset("T", 0)).isEqualTo(min);
    assertThat(replica.maxOffset("T", 0)).isEqualTo(max);
    var left = bodies(replica, "T", 0);
    assertThat(left).hasSize((int) (max - min));
    assertThat(left.getFirst()).startsWith("m%03d".formatted(min));
    assertThat(left.getLast()).startsWith("m%03d".formatted(max - 1));
  }
}
