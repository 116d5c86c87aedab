package org.ordeal.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;
import static org.ordeal.replication.Drafts.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.Disk;
import org.ordeal.store.FileSystemDisk;

class ReplicaGroupTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;
  private List<Member> members = List.of();
  private final Map<String, Replica> running = new HashMap<>();
  private final Map<String, Disk> disks = new HashMap<>();

  @BeforeEach
  void chooseAddresses() throws Exception {
    members = Drafts.members(3);
  }

  @AfterEach
  void closeAll() {
    running.values().forEach(Replica::close);
  }

  private Replica start(String id) throws Exception {
    return start(id, members, 64 << 10);
  }

  private Replica start(String id, List<Member> known, long segmentBytes) throws Exception {
    var config = Drafts.config(root, known, id, Flush.SYNC, segmentBytes);
    var replica = new JRaftReplica(config, disks.getOrDefault(id, new FileSystemDisk()));
    running.put(id, replica);
    return replica;
  }

  private void stop(String id) {
    var stopped = running.remove(id);
    if (stopped != null) {
      stopped.close();
    }
  }

  private void startAll() throws Exception {
    for (var member : members) {
      start(member.id());
    }
  }

  private Replica leader() {
    await()
        .atMost(PATIENCE)
        .until(() -> running.values().stream().filter(one -> one.role().leads()).count() == 1);
    return running.values().stream().filter(one -> one.role().leads()).findFirst().orElseThrow();
  }

  private void everybodyHas(int messages) {
    for (var replica : running.values()) {
      await().atMost(PATIENCE).until(() -> replica.maxOffset("T", 0) == messages);
    }
  }

  @Test
  void shouldServeTheSameOnEachMember() throws Exception {
    startAll();
    var leader = leader();
    var expected = new ArrayList<String>();
    for (var i = 0; i < 50; i++) {
      append(leader, draft("T", 0, "m" + i));
      expected.add("m" + i);
    }
    everybodyHas(50);
    await().atMost(PATIENCE).until(() -> leader.status().liveFollowers().size() == 2);
    for (var replica : running.values()) {
      assertThat(bodies(replica, "T", 0)).isEqualTo(expected);
      assertThat(replica.fetch("T", 0, 0, 50, 1 << 20, Replica.TagFilter.ALL).messages())
          .isEqualTo(leader.fetch("T", 0, 0, 50, 1 << 20, Replica.TagFilter.ALL).messages());
    }
  }

  @Test
  void shouldRefuseWritesAndBarriersOnFollowersAndNameTheLeader() throws Exception {
    startAll();
    var leader = leader().role().self();
    for (var replica : running.values()) {
      if (replica.role().leads()) {
        continue;
      }
      await().atMost(PATIENCE).until(() -> leader.equals(replica.role().leader()));
      var outcome = replica.append(List.of(draft("T", 0, "x"))).get(5, SECONDS);
      assertThat(outcome).isInstanceOf(AppendOutcome.NotStored.class);
      assertThat(replica.readBarrier().get(5, SECONDS))
          .isEqualTo(new ReadBarrier.NotLeader(leader));
    }
  }

  @Test
  void shouldLetAFollowerTellNoLessThanWasAcknowledged() throws Exception {
    startAll();
    store(this::leader, draft("T", 0, "m0"));
    everybodyHas(1);
    for (var sent = 2; sent <= 20; sent++) {
      store(this::leader, draft("T", 0, "m" + sent));
      for (var replica : running.values()) {
        assertThat(replica.caughtUp().get(20, SECONDS)).isInstanceOf(ReadBarrier.Confirmed.class);
        assertThat(replica.maxOffset("T", 0)).isEqualTo(sent);
      }
    }
  }

  @Test
  void shouldNotLetAFollowerTellAnythingWhereNoLeaderCanBeAsked() throws Exception {
    startAll();
    store(this::leader, draft("T", 0, "m"));
    everybodyHas(1);
    var leader = leader().role().self();
    var follower =
        running.keySet().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    for (var id : List.copyOf(running.keySet())) {
      if (!id.equals(follower)) {
        stop(id);
      }
    }
    assertThat(Objects.requireNonNull(running.get(follower)).caughtUp().get(40, SECONDS))
        .isNotInstanceOf(ReadBarrier.Confirmed.class);
  }

  @Test
  void shouldKeepEverythingWhenTheLeaderGoesAndComesBack() throws Exception {
    startAll();
    for (var i = 0; i < 20; i++) {
      store(this::leader, draft("T", 0, "m" + i));
    }
    var gone = leader().role().self();
    stop(gone);
    for (var i = 20; i < 40; i++) {
      store(this::leader, draft("T", 0, "m" + i));
    }
    var back = start(gone);
    everybodyHas(40);
    assertThat(bodies(back, "T", 0)).hasSize(40).endsWith("m39");
  }

  @Test
  void shouldHandLeadershipOver() throws Exception {
    startAll();
    var old = leader();
    append(old, draft("T", 0, "m"));
    everybodyHas(1);
    var successor = old.role().self().equals("n0") ? "n1" : "n0";
    assertThat(old.transferLeadership(successor).get(20, SECONDS))
        .isEqualTo(new CommandOutcome.Done());
    await().atMost(PATIENCE).until(() -> leader().role().self().equals(successor));
  }

  @Test
  void shouldBringUpAMemberThatHasLostItsDisk() throws Exception {
    startAll();
    for (var i = 0; i < 30; i++) {
      store(this::leader, draft("T", 0, "m" + i));
    }
    var lost = leader().role().self().equals("n2") ? "n1" : "n2";
    assertThat(leader().removeMember(lost).get(20, SECONDS)).isEqualTo(new CommandOutcome.Done());
    stop(lost);
    Checkpoints.deleteTree(new FileSystemDisk(), root.resolve(lost));
    start(lost);
    var member = members.stream().filter(one -> one.id().equals(lost)).findFirst().orElseThrow();
    assertThat(leader().addMember(member).get(30, SECONDS)).isEqualTo(new CommandOutcome.Done());
    everybodyHas(30);
    assertThat(leader().members()).hasSize(3);
  }

  @Test
  void shouldCopyTheLogToAMemberThatLagsBehindWhatRaftStillHas() throws Exception {
    startAll();
    var lagging = leader().role().self().equals("n0") ? "n1" : "n0";
    stop(lagging);
    for (var i = 0; i < 300; i++) {
      store(this::leader, draft("T", 0, "m" + i + "x".repeat(500)));
    }
    for (var replica : running.values()) {
      var node = Objects.requireNonNull(((JRaftReplica) replica).raftNode());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                node.snapshot(_ -> {});
                return replica.status().firstIndex() > 250;
              });
    }
    assertThat(leader().status().segments()).isGreaterThan(2);
    var back = start(lagging);
    everybodyHas(300);
    assertThat(back.status().firstIndex()).isGreaterThan(250);
    assertThat(bodies(back, "T", 0)).hasSize(300);
    store(this::leader, draft("T", 0, "after"));
    everybodyHas(301);
    stop(lagging);
    assertThat(bodies(start(lagging), "T", 0)).hasSizeGreaterThanOrEqualTo(300);
    everybodyHas(301);
  }

  /** JRaft forgets the peers that are down when a leader begins to hand leadership over. */
  @Test
  void shouldBringUpAMemberThatWasDownWhenItsLeaderFailedToHandOver() throws Exception {
    members = Drafts.members(5);
    startAll();
    var first = leader();
    stop("n4");
    // One that has never reached n4 since it leads.
    if (!first.role().self().equals("n2")) {
      assertThat(first.transferLeadership("n2").get(20, SECONDS))
          .isEqualTo(new CommandOutcome.Done());
      await().atMost(PATIENCE).until(() -> leader().role().self().equals("n2"));
    }
    store(this::leader, draft("T", 0, "m0"));
    // A successor that is gone cannot take over.
    stop("n3");
    var node = Objects.requireNonNull(((JRaftReplica) leader()).raftNode());
    assertThat(node.transferLeadershipTo(RaftGroup.peer(members.get(3))).isOk()).isTrue();
    assertThat(node.isLeader()).isFalse();
    await().atMost(PATIENCE).until(() -> leader().role().self().equals("n2") && node.isLeader());

    var back = start("n4");

    await().atMost(PATIENCE).until(() -> back.maxOffset("T", 0) == 1);
  }
}
