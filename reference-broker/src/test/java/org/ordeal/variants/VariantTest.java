package org.ordeal.variants;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.FreePorts;
import org.ordeal.replication.Member;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.ReadBarrier;
import org.ordeal.replication.Replica;
import org.ordeal.replication.ReplicaConfig;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.replication.ReplicaFactory;
import org.ordeal.replication.Replicas;

/** The variants are as wrong as they claim, and the real thing is not. */
class VariantTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final InetSocketAddress HOST =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 10911);

  @TempDir Path root;

  private Map<String, Replica> group(ReplicaFactory factory) throws IOException {
    var members = new ArrayList<Member>();
    for (var port : FreePorts.take(3)) {
      members.add(new Member("n" + members.size(), "127.0.0.1", port));
    }
    var running = new TreeMap<String, Replica>();
    var directory = Files.createTempDirectory(root, "group");
    for (var member : members) {
      running.put(member.id(), factory.open(config(member.id(), members, directory)));
    }
    return running;
  }

  /** With an election time-out in which the followers can be closed. */
  private static ReplicaConfig config(String self, List<Member> members, Path directory) {
    var usual =
        ReplicaConfig.of("Variants", self, members, directory.resolve(self), HOST, Flush.SYNC);
    return new ReplicaConfig(
        usual.group(),
        usual.self(),
        usual.members(),
        usual.directory(),
        usual.commitLogDirectory(),
        usual.storeHost(),
        usual.flush(),
        usual.flushInterval(),
        usual.flushBytes(),
        usual.segmentBytes(),
        usual.retention(),
        usual.diskMaxUsedRatio(),
        usual.diskRefuseRatio(),
        usual.maxMessageBytes(),
        Duration.ofSeconds(3));
  }

  private static Replica leader(Map<String, Replica> running) {
    await()
        .atMost(PATIENCE)
        .until(() -> running.values().stream().anyMatch(one -> one.role().leads()));
    return running.values().stream().filter(one -> one.role().leads()).findFirst().orElseThrow();
  }

  /** What becomes of an append at a leader whose followers are gone. */
  private AppendOutcome appendAlone(ReplicaFactory factory) throws Exception {
    var running = group(factory);
    try {
      var leader = leader(running);
      for (var replica : running.values()) {
        if (!replica.equals(leader)) {
          replica.close();
        }
      }
      var draft = new MessageDraft("T", 0, 0, 0, 0, HOST, 0, 0, new byte[] {1}, "");
      return leader.append(List.of(draft)).get(40, SECONDS);
    } finally {
      running.values().forEach(Replica::close);
    }
  }

  @Test
  void shouldAcknowledgeWithoutAnyFollowerOnlyInTheVariant() throws Exception {
    assertThat(appendAlone(Variant.ACK_BEFORE_REPLICATION))
        .isInstanceOf(AppendOutcome.Appended.class);
    // Taken into the log, that is, and not refused by one that leads no more.
    assertThat(appendAlone(Replicas::open)).isInstanceOf(AppendOutcome.Unknown.class);
  }

  /** What a leader says to a reader after its followers are gone and it has had time to notice. */
  private ReadBarrier barrierAlone(ReplicaFactory factory) throws Exception {
    var running = group(factory);
    try {
      var leader = leader(running);
      for (var replica : running.values()) {
        if (!replica.equals(leader)) {
          replica.close();
        }
      }
      return leader.readBarrier().get(40, SECONDS);
    } finally {
      running.values().forEach(Replica::close);
    }
  }

  @Test
  void shouldConfirmReadsAloneOnlyInTheVariant() throws Exception {
    assertThat(barrierAlone(Variant.STALE_LEADER)).isInstanceOf(ReadBarrier.Confirmed.class);
    assertThat(barrierAlone(Replicas::open)).isNotInstanceOf(ReadBarrier.Confirmed.class);
  }

  @Test
  void shouldNameTheVariantsThatThereAre() {
    assertThat(Variant.of("stale-leader")).isEqualTo(Variant.STALE_LEADER);
    assertThatThrownBy(() -> Variant.of("other")).hasMessageContaining("ack-before-fsync");
  }
}
