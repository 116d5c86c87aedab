package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;

class SingleReplicaTest {
  @TempDir Path root;
  private List<Member> members = List.of();

  @BeforeEach
  void chooseAddress() throws Exception {
    members = Drafts.members(1);
  }

  private Replica open() throws Exception {
    return open(1 << 20);
  }

  private Replica open(long segmentBytes) throws Exception {
    var replica = Replicas.open(Drafts.config(root, members, "n0", Flush.SYNC, segmentBytes));
    await().atMost(Duration.ofSeconds(60)).until(() -> replica.role().leads());
    return replica;
  }

  @Test
  void shouldGiveDenseOffsetsAndServeWhatWasAppended() throws Exception {
    try (var replica = open()) {
      for (var i = 0; i < 10; i++) {
        var stored = append(replica, draft("T", i % 2, "m" + i)).messages().getFirst();
        assertThat(stored.queueOffset()).isEqualTo(i / 2);
        assertThat(replica.messageAt(stored.commitLogOffset())).isNotNull();
        assertThat(replica.messageAt(stored.commitLogOffset() + 1)).isNull();
      }
      assertThat(bodies(replica, "T", 0)).containsExactly("m0", "m2", "m4", "m6", "m8");
      assertThat(bodies(replica, "T", 1)).containsExactly("m1", "m3", "m5", "m7", "m9");
      assertThat(replica.readBarrier().get(40, TimeUnit.SECONDS))
          .isInstanceOf(ReadBarrier.Confirmed.class);
    }
  }

  @Test
  void shouldServeEverythingAfterRestartAndGoOnCounting() throws Exception {
    try (var replica = open(4096)) {
      for (var i = 0; i < 200; i++) {
        append(replica, draft("T", 0, "m" + i));
      }
      assertThat(replica.status().segments()).isGreaterThan(3);
      var topic = new TopicConfig("T", 8, 8, 6, "SINGLE_TAG", 0, false, Map.of());
      assertThat(replica.putTopic(topic).get(40, TimeUnit.SECONDS))
          .isEqualTo(new CommandOutcome.Done());
      replica.commitOffsets(List.of(new ConsumerOffset("G", "T", 0, 42))).get(40, TimeUnit.SECONDS);
    }
    try (var replica = open(4096)) {
      assertThat(bodies(replica, "T", 0)).hasSize(200).endsWith("m199");
      assertThat(append(replica, draft("T", 0, "next")).messages().getFirst().queueOffset())
          .isEqualTo(200);
      assertThat(replica.topics()).containsKey("T");
      assertThat(replica.topicVersion().counter()).isEqualTo(1);
      assertThat(replica.consumerOffset("G", "T", 0)).isEqualTo(42);
    }
  }

  @Test
  void shouldFindMessagesByKeyAndByTime() throws Exception {
    try (var replica = open()) {
      var before = System.currentTimeMillis();
      append(replica, draft("T", 0, "a", "KEYS\u0001k1 k2\u0002UNIQ_KEY\u0001u1\u0002"));
      append(replica, draft("T", 1, "b", "TAGS\u0001red\u0002KEYS\u0001k2\u0002"));
      var found = replica.messagesByKey("T", "k2", 10, before, Long.MAX_VALUE);
      assertThat(found.stream().map(bytes -> Drafts.body(ByteBuffer.wrap(bytes))))
          .containsExactly("b", "a");
      assertThat(replica.messagesByKey("T", "u1", 10, 0, Long.MAX_VALUE)).hasSize(1);
      assertThat(replica.messagesByKey("T", "k2", 10, 0, before - 1)).isEmpty();
      assertThat(replica.offsetByTime("T", 0, before)).isZero();
      assertThat(replica.offsetByTime("T", 0, Long.MAX_VALUE)).isEqualTo(1);
      var red = replica.fetch("T", 1, 0, 32, 1 << 20, tag -> tag == "red".hashCode());
      assertThat(red.count()).isEqualTo(1);
      var blue = replica.fetch("T", 1, 0, 32, 1 << 20, tag -> tag == "blue".hashCode());
      assertThat(blue.status()).isEqualTo(Fetch.Status.NO_MATCHED_MESSAGE);
      assertThat(blue.nextOffset()).isEqualTo(1);
    }
  }

  @Test
  void shouldBeginAgainAtZeroAfterTopicWasDeleted() throws Exception {
    try (var replica = open()) {
      append(replica, draft("T", 0, "old"));
      replica.deleteTopic("T").get(40, TimeUnit.SECONDS);
      assertThat(replica.maxOffset("T", 0)).isZero();
      assertThat(append(replica, draft("T", 0, "new")).messages().getFirst().queueOffset())
          .isZero();
    }
    try (var replica = open()) {
      assertThat(bodies(replica, "T", 0)).containsExactly("new");
    }
  }

  @Test
  void shouldStoreBatchOverSeveralQueues() throws Exception {
    try (var replica = open()) {
      var stored = append(replica, draft("T", 0, "a"), draft("T", 1, "b"), draft("T", 0, "c"));
      assertThat(stored.messages())
          .extracting(AppendOutcome.Position::queueOffset)
          .containsExactly(0L, 0L, 1L);
    }
  }
}
