package org.ordeal.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;
import static org.ordeal.replication.Drafts.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.Identity.Standing;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.FileSystemDisk;

/** Members that come back with an empty store, and those that do not. */
class LostDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MESSAGES = 20;

  @TempDir Path root;
  private List<Member> members = List.of();
  private final Map<String, JRaftReplica> running = new HashMap<>();

  @BeforeEach
  void chooseAddresses() throws Exception {
    members = Drafts.members(3);
  }

  @AfterEach
  void closeAll() {
    running.values().forEach(Replica::close);
  }

  private ReplicaConfig config(String id) {
    return Drafts.config(root, members, id, Flush.SYNC, 64 << 10);
  }

  private JRaftReplica start(String id) throws IOException {
    var replica = new JRaftReplica(config(id), new FileSystemDisk());
    running.put(id, replica);
    return replica;
  }

  private void stop(String id) {
    var stopped = running.remove(id);
    if (stopped != null) {
      stopped.close();
    }
  }

  private void loseDisk(String id) throws IOException {
    Checkpoints.deleteTree(new FileSystemDisk(), root.resolve(id));
  }

  private Replica leader() {
    await()
        .atMost(PATIENCE)
        .until(() -> running.values().stream().anyMatch(one -> one.role().leads()));
    return running.values().stream().filter(one -> one.role().leads()).findFirst().orElseThrow();
  }

  private static void has(Replica replica, int messages) {
    await().atMost(PATIENCE).until(() -> replica.maxOffset("T", 0) == messages);
  }

  private Standing standing(String id) throws IOException {
    return Identity.open(new FileSystemDisk(), config(id)).standing();
  }

  /** Acknowledged by {@code keeps} and {@code loses}; {@code lags} has none of it. All are down. */
  private record Scene(String keeps, String loses, String lags, List<String> acknowledged) {}

  private Scene acknowledgeByTwoOfThree() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    var keeps = leader().role().self();
    var others = members.stream().map(Member::id).filter(id -> !id.equals(keeps)).toList();
    stop(others.getLast());
    var acknowledged = new ArrayList<String>();
    for (var i = 0; i < MESSAGES; i++) {
      store(this::leader, draft("T", 0, "m" + i));
      acknowledged.add("m" + i);
    }
    stop(others.getFirst());
    stop(keeps);
    return new Scene(keeps, others.getFirst(), others.getLast(), acknowledged);
  }

  @Test
  void shouldNotElectWhoLagsByTheVoteOfAMemberThatHasLostItsDisk() throws Exception {
    var scene = acknowledgeByTwoOfThree();
    loseDisk(scene.loses);
    var lost = start(scene.loses);
    var lags = start(scene.lags);
    // The member without a store has been told that it was known with another one.
    await().atMost(PATIENCE).until(lost::wasRefused);
    assertThat(lost.raftNode()).as("what would vote").isNull();
    assertThat(lags.role().leads()).isFalse();

    start(scene.keeps);
    assertThat(bodies(leader(), "T", 0)).startsWith(scene.acknowledged.toArray(String[]::new));
    has(lost, MESSAGES);
    has(lags, MESSAGES);
    await().atMost(PATIENCE).until(() -> leader().members().size() == 3);
    assertThat(bodies(lost, "T", 0)).isEqualTo(scene.acknowledged);
  }

  /** What the guard is for: the same scene, with a store that claims to be a member's. */
  @Test
  void shouldSeeAcknowledgedMessagesVanishWhereAMemberWithoutAStoreVotes() throws Exception {
    var scene = acknowledgeByTwoOfThree();
    loseDisk(scene.loses);
    Identity.open(new FileSystemDisk(), config(scene.loses)).become(Standing.MEMBER);
    start(scene.loses);
    start(scene.lags);
    assertThat(leader().readBarrier().get(20, SECONDS)).isInstanceOf(ReadBarrier.Confirmed.class);
    assertThat(bodies(leader(), "T", 0)).doesNotContainAnyElementsOf(scene.acknowledged);
  }

  @Test
  void shouldTakeInAMemberThatHasLostItsDiskWhileTheOthersServe() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    for (var i = 0; i < MESSAGES; i++) {
      store(this::leader, draft("T", 0, "m" + i));
    }
    var lost = leader().role().self().equals("n0") ? "n1" : "n0";
    stop(lost);
    loseDisk(lost);
    var back = start(lost);
    has(back, MESSAGES);
    await().atMost(PATIENCE).until(() -> leader().members().size() == 3);
    await().atMost(PATIENCE).until(() -> back.members().size() == 3);
    store(this::leader, draft("T", 0, "after"));
    has(back, MESSAGES + 1);

    // It counts again: with the other follower gone, its vote and its disk are the majority's.
    var other =
        members.stream()
            .map(Member::id)
            .filter(id -> !id.equals(lost) && !id.equals(leader().role().self()))
            .findFirst()
            .orElseThrow();
    stop(other);
    store(this::leader, draft("T", 0, "with two"));
    has(back, MESSAGES + 2);
    await().atMost(PATIENCE).until(() -> identityOf(lost).contains("standing\tMEMBER"));
    stop(lost);
    start(lost);
    store(this::leader, draft("T", 0, "again"));
  }

  /** Without its leader, who has the only other vote, a group of two must wait for it. */
  @Test
  void shouldTakeAMemberInWhoseLeaderWentBetweenItsRemovalAndItsReturn() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    for (var i = 0; i < MESSAGES; i++) {
      store(this::leader, draft("T", 0, "m" + i));
    }
    var removing = leader();
    var lost = removing.role().self().equals("n0") ? "n1" : "n0";
    stop(lost);
    loseDisk(lost);
    assertThat(removing.removeMember(lost).get(60, SECONDS)).isEqualTo(new CommandOutcome.Done());
    stop(removing.role().self());

    var back = start(lost);
    await().atMost(PATIENCE).until(back::wasRefused);
    assertThat(back.raftNode()).as("what would vote").isNull();
    assertThat(running.values()).noneMatch(one -> one.role().leads());

    start(removing.role().self());
    has(back, MESSAGES);
    await().atMost(PATIENCE).until(() -> leader().members().size() == 3);
    store(this::leader, draft("T", 0, "after"));
    has(back, MESSAGES + 1);
  }

  private String identityOf(String id) throws IOException {
    return Files.readString(root.resolve(id).resolve(Identity.FILE));
  }

  @Test
  void shouldFoundAGroupOnlyWhenAllMembersHaveMet() throws Exception {
    var first = start("n0");
    var second = start("n1");
    await().atMost(PATIENCE).until(() -> identityOf("n0").contains("met\tn1"));
    await().atMost(PATIENCE).until(() -> identityOf("n1").contains("met\tn0"));
    assertThat(first.raftNode()).isNull();
    assertThat(second.raftNode()).isNull();
    stop("n0"); // A restart before the founding is no loss.
    assertThat(identityOf("n0")).contains("standing\tFRESH");
    start("n0");
    start("n2");
    store(this::leader, draft("T", 0, "m"));
    for (var member : members) {
      await().atMost(PATIENCE).until(() -> identityOf(member.id()).contains("standing\tMEMBER"));
    }
  }

  @Test
  void shouldStartAgainWithoutTheOthersOnceFounded() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    store(this::leader, draft("T", 0, "m"));
    var before = identityOf("n0");
    for (var member : members) {
      stop(member.id());
    }
    assertThat(start("n0").raftNode()).isNotNull();
    start("n1");
    store(this::leader, draft("T", 0, "m2"));
    assertThat(identityOf("n0")).isEqualTo(before);
  }

  @Test
  void shouldRefuseHalfAStore() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    store(this::leader, draft("T", 0, "m"));
    for (var member : members) {
      stop(member.id());
    }
    Checkpoints.deleteTree(new FileSystemDisk(), root.resolve("n0").resolve("commitlog"));
    Files.delete(root.resolve("n1").resolve("vote"));
    Files.delete(root.resolve("n2").resolve("vote"));
    Files.delete(root.resolve("n2").resolve(Identity.FILE));
    for (var member : members) {
      assertThatThrownBy(() -> start(member.id()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Half of the store of member " + member.id())
          .hasMessageContaining("the group then takes it in anew");
    }
  }

  @Test
  void shouldRefuseADamagedIdentity() throws Exception {
    Identity.open(new FileSystemDisk(), config("n0"));
    var file = root.resolve("n0").resolve(Identity.FILE);
    Files.writeString(file, Files.readString(file).replace("FRESH", "MEMBER"));
    assertThatThrownBy(() -> start("n0")).hasMessageContaining("identity is damaged");
  }

  @Test
  void shouldTakeAStoreFromBeforeThereWereIdentitiesForAMembers() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    store(this::leader, draft("T", 0, "m"));
    for (var member : members) {
      stop(member.id());
      Files.delete(root.resolve(member.id()).resolve(Identity.FILE));
      Files.delete(root.resolve(member.id()).resolve("commitlog").resolve(Identity.MARK));
    }
    start("n0");
    start("n1");
    store(this::leader, draft("T", 0, "m2"));
    assertThat(standing("n2")).isEqualTo(Standing.MEMBER);
    // They have met nobody, and so take no empty store for a founder's either.
    loseDisk("n2");
    var lost = start("n2");
    await().atMost(PATIENCE).until(lost::wasRefused);
    has(lost, 2);
  }
}
