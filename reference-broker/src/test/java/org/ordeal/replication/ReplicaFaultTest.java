package org.ordeal.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.replication.AppendOutcome.Cause;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.Disk;
import org.ordeal.store.SimulatedDisk;

/** A member on a disk that fails, fills up, hangs, or loses power. */
class ReplicaFaultTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path root;

  private Replica single(List<Member> members, Disk disk) throws IOException {
    var replica = new JRaftReplica(Drafts.config(root, members, "n0", Flush.SYNC, 4096), disk);
    await().atMost(PATIENCE).until(() -> replica.role().leads() || failed(replica));
    return replica;
  }

  private static boolean failed(Replica replica) {
    return replica.role().failure() != null;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5})
  void shouldKeepEveryAcknowledgedMessageOverPowerLosses(double kept) throws Exception {
    var members = Drafts.members(1);
    var random = new Random((long) (kept * 10) + 5);
    var disk = new SimulatedDisk();
    var acknowledged = new ArrayList<String>();
    var topics = 0;
    for (var round = 0; round < 12; round++) {
      disk.losePowerAt(disk.operations() + 20 + random.nextInt(150));
      try (var replica = single(members, disk)) {
        while (!failed(replica)) {
          var body = "r" + round + "m" + acknowledged.size();
          var outcome = replica.append(List.of(draft("T", 0, body))).get(20, SECONDS);
          if (!(outcome instanceof AppendOutcome.Appended)) {
            break;
          }
          acknowledged.add(body);
          var topic = new TopicConfig("t" + topics, 1, 1, 6, "SINGLE_TAG", 0, false, Map.of());
          if (replica.putTopic(topic).get(20, SECONDS) instanceof CommandOutcome.Done) {
            topics++;
          }
        }
      } catch (IOException e) {
        // The power went while the store was being opened.
      }
      disk = disk.powerLoss(random, kept);
      try (var replica = single(members, disk)) {
        // JRaft applies what the log holds before it leads.
        assertThat(bodies(replica, "T", 0)).as("round %d", round).containsAll(acknowledged);
        assertThat(bodies(replica, "T", 0)).doesNotHaveDuplicates();
        assertThat(replica.topics()).hasSizeGreaterThanOrEqualTo(topics);
        acknowledged = new ArrayList<>(bodies(replica, "T", 0));
        topics = replica.topics().size();
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(10);
  }

  @Test
  void shouldBuildQueuesAgainWhenTheirFilesAreLost() throws Exception {
    var members = Drafts.members(1);
    var disk = new SimulatedDisk();
    try (var replica = single(members, disk)) {
      for (var i = 0; i < 100; i++) {
        append(replica, draft("T", 0, "m" + i, "KEYS\u0001k" + i + "\u0002"));
      }
    }
    for (var lost : List.of("consumequeue", "index", "state")) {
      Checkpoints.deleteTree(disk, root.resolve("n0").resolve(lost));
    }
    try (var replica = single(members, disk)) {
      assertThat(bodies(replica, "T", 0)).hasSize(100).startsWith("m0").endsWith("m99");
      assertThat(replica.messagesByKey("T", "k42", 1, 0, Long.MAX_VALUE)).hasSize(1);
    }
  }

  @Test
  void shouldRefuseWritesAndServeReadsWhileTheDiskIsFull() throws Exception {
    var members = Drafts.members(1);
    var disk = new SimulatedDisk();
    try (var replica = single(members, disk)) {
      append(replica, draft("T", 0, "before"));
      disk.limitRoom(0);
      var waiting = replica.append(List.of(draft("T", 0, "waits")));
      await().atMost(PATIENCE).until(() -> replica.status().writeRefusal() != null);
      var refused = replica.append(List.of(draft("T", 0, "refused"))).get(5, SECONDS);
      assertThat(refused)
          .isInstanceOfSatisfying(
              AppendOutcome.NotStored.class,
              not -> assertThat(not.cause()).isEqualTo(Cause.DISK_FULL));
      assertThat(bodies(replica, "T", 0)).containsExactly("before");
      assertThat(replica.readBarrier().get(5, SECONDS)).isInstanceOf(ReadBarrier.Confirmed.class);
      disk.limitRoom(Long.MAX_VALUE);
      assertThat(waiting.get(20, SECONDS)).isInstanceOf(AppendOutcome.Appended.class);
      await().atMost(PATIENCE).until(() -> replica.status().writeRefusal() == null);
      append(replica, draft("T", 0, "after"));
      assertThat(bodies(replica, "T", 0)).containsExactly("before", "waits", "after");
    }
  }

  @Test
  void shouldServeNothingWrongWhenAMessageIsDamagedOnDisk() throws Exception {
    var members = Drafts.members(1);
    var disk = new SimulatedDisk();
    try (var replica = single(members, disk)) {
      append(replica, draft("T", 0, "good"));
      append(replica, draft("T", 0, "bad"));
      var file = root.resolve("n0/commitlog").resolve("%020d".formatted(0));
      disk.flipBit(file, disk.sizeOf(file) - 12, 1);
      var fetch = replica.fetch("T", 0, 1, 1, 1000, Replica.TagFilter.ALL);
      assertThat(fetch.status()).isEqualTo(Fetch.Status.DAMAGED);
      assertThat(fetch.messages()).isEmpty();
      assertThat(replica.role().failure()).contains("checksum");
    }
  }

  @Test
  void shouldLoseAcknowledgedMessagesUnderAsyncFlushWhenPowerGoes() throws Exception {
    var members = Drafts.members(1);
    var disk = new SimulatedDisk();
    var config = Drafts.unflushed(root, members, "n0");
    SimulatedDisk after;
    try (var replica = new JRaftReplica(config, disk)) {
      await().atMost(PATIENCE).until(() -> replica.role().leads());
      append(replica, draft("T", 0, "acknowledged"));
      after = disk.powerLoss(new Random(1), 0);
    }
    try (var replica = new JRaftReplica(config, after)) {
      await().atMost(PATIENCE).until(() -> replica.role().leads());
      assertThat(bodies(replica, "T", 0)).isEmpty();
    }
  }

  @Test
  void shouldKeepEveryAcknowledgedMessageWhenAllLosePowerAtOnce() throws Exception {
    var disks = new HashMap<String, SimulatedDisk>();
    var members = Drafts.members(3);
    var running = group(disks, members);
    var acknowledged = new ArrayList<String>();
    var random = new Random(11);
    for (var round = 0; round < 3; round++) {
      var leader = leader(running);
      for (var i = 0; i < 30; i++) {
        var body = "r" + round + "m" + i;
        append(leader, draft("T", 0, body));
        acknowledged.add(body);
      }
      for (var i = 0; i < 20; i++) { // In flight when the power goes.
        var _ = leader.append(List.of(draft("T", 0, "maybe" + round + "-" + i)));
      }
      disks.replaceAll((_, disk) -> disk.powerLoss(random, 0.5));
      running.values().forEach(Replica::close);
      running = group(disks, members);
      var next = leader(running);
      assertThat(next.readBarrier().get(20, SECONDS)).isInstanceOf(ReadBarrier.Confirmed.class);
      assertThat(bodies(next, "T", 0)).containsSubsequence(acknowledged).doesNotHaveDuplicates();
    }
    running.values().forEach(Replica::close);
  }

  private Map<String, Replica> group(Map<String, SimulatedDisk> disks) throws IOException {
    return group(disks, Drafts.members(3));
  }

  private Map<String, Replica> group(Map<String, SimulatedDisk> disks, List<Member> members)
      throws IOException {
    var running = new HashMap<String, Replica>();
    for (var member : members) {
      var disk = disks.computeIfAbsent(member.id(), _ -> new SimulatedDisk());
      var config = Drafts.config(root, members, member.id(), Flush.SYNC, 1 << 16);
      running.put(member.id(), new JRaftReplica(config, disk));
    }
    return running;
  }

  private static Replica leader(Map<String, Replica> running) {
    await()
        .atMost(PATIENCE)
        .until(() -> running.values().stream().anyMatch(one -> one.role().leads()));
    return running.values().stream().filter(one -> one.role().leads()).findFirst().orElseThrow();
  }

  @Test
  void shouldStepDownAndSayWhyWhenAForceFails() throws Exception {
    var disks = new HashMap<String, SimulatedDisk>();
    var running = group(disks);
    try {
      var leader = leader(running);
      append(leader, draft("T", 0, "m0"));
      var id = leader.role().self();
      SimulatedDisk.of(disks, id).failForces(1);
      leader.append(List.of(draft("T", 0, "m1"))).get(20, SECONDS);
      await().atMost(PATIENCE).until(() -> failed(leader));
      assertThat(leader.role().failure()).contains("Input/output error");
      assertThat(leader.append(List.of(draft("T", 0, "m2"))).get(5, SECONDS))
          .isInstanceOf(AppendOutcome.NotStored.class);
      running.remove(id);
      append(leader(running), draft("T", 0, "m3"));
      assertThat(bodies(leader(running), "T", 0)).contains("m0", "m3");
      leader.close();
    } finally {
      running.values().forEach(Replica::close);
    }
  }

  @Test
  void shouldFailOverWhenTheLeadersDiskHangs() throws Exception {
    var disks = new HashMap<String, SimulatedDisk>();
    var running = group(disks);
    var stuck = leader(running);
    var id = stuck.role().self();
    try {
      append(stuck, draft("T", 0, "m0"));
      SimulatedDisk.of(disks, id).stall(true);
      var hanging = stuck.append(List.of(draft("T", 0, "m1")));
      running.remove(id);
      append(leader(running), draft("T", 0, "m2"));
      if (hanging.isDone()) {
        assertThat(hanging.get()).isNotInstanceOf(AppendOutcome.NotStored.class);
      }
      assertThat(bodies(leader(running), "T", 0)).startsWith("m0").endsWith("m2");
    } finally {
      SimulatedDisk.of(disks, id).stall(false);
      stuck.close();
      running.values().forEach(Replica::close);
    }
  }

  @Test
  void shouldNotOpenOneStoreTwice() throws Exception {
    var members = Drafts.members(1);
    try (var replica = single(members, new SimulatedDisk())) {
      assertThat(replica.role().leads()).isTrue();
      assertThatThrownBy(() -> single(Drafts.members(1), new SimulatedDisk()))
          .hasMessageContaining("in use");
    }
  }
}
