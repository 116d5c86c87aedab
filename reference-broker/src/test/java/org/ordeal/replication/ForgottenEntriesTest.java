package org.ordeal.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.ordeal.replication.Drafts.append;
import static org.ordeal.replication.Drafts.bodies;
import static org.ordeal.replication.Drafts.draft;
import static org.ordeal.replication.Drafts.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.store.SimulatedDisk;

/** A member that remembers what its group has forgotten, under ASYNC_FLUSH. */
class ForgottenEntriesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path root;
  private List<Member> members = List.of();
  private final Map<String, Replica> running = new HashMap<>();
  private final List<Replica> everybody = new ArrayList<>();
  private final Map<String, SimulatedDisk> disks = new HashMap<>();

  @BeforeEach
  void chooseAddresses() throws Exception {
    members = Drafts.members(3);
    for (var member : members) {
      disks.put(member.id(), new SimulatedDisk());
    }
  }

  @AfterEach
  void closeAll() {
    disks.values().forEach(disk -> disk.stall(false));
    everybody.forEach(Replica::close);
  }

  private Replica start(String id) throws IOException {
    var replica =
        new JRaftReplica(Drafts.unflushed(root, members, id), SimulatedDisk.of(disks, id));
    running.put(id, replica);
    everybody.add(replica);
    return replica;
  }

  private void stop(String id) {
    var stopped = running.remove(id);
    if (stopped != null) {
      stopped.close();
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

  private void startWithOneMessage() throws Exception {
    for (var member : members) {
      start(member.id());
    }
    store(this::leader, draft("T", 0, "first"));
    everybodyHas(1);
  }

  private List<String> membersBut(String id) {
    return members.stream().map(Member::id).filter(other -> !other.equals(id)).toList();
  }

  /**
   * Takes a member that leads no more, for want of the others, and keeps it from writing a vote
   * down: it has the longest log, and would be elected.
   */
  private Replica freeze(String id) {
    var frozen = Objects.requireNonNull(running.remove(id));
    await().atMost(PATIENCE).until(() -> !frozen.role().leads());
    SimulatedDisk.of(disks, id).stall(true);
    return frozen;
  }

  private void thaw(String id, Replica frozen) {
    running.put(id, frozen);
    SimulatedDisk.of(disks, id).stall(false);
  }

  private List<String> givenUp(String id) {
    return SimulatedDisk.of(disks, id).list(root.resolve(id).resolve(GivenUp.DIRECTORY));
  }

  /** Who led when both had 20 messages, and who has forgotten them; n2 never had them. */
  private record Scene(String remembers, String forgets, String lags) {}

  private Scene acknowledgeByTwo() throws Exception {
    startWithOneMessage();
    var remembers = leader().role().self();
    var others = membersBut(remembers);
    stop(others.getLast());
    for (var i = 0; i < 20; i++) {
      append(leader(), draft("T", 0, "acknowledged" + i));
    }
    return new Scene(remembers, others.getFirst(), others.getLast());
  }

  private void losePower(String id) {
    var cut = SimulatedDisk.of(disks, id).powerLoss(new Random(1), 0);
    stop(id); // What it still writes goes to a disk that is thrown away.
    disks.put(id, cut);
  }

  private void allAgree(Scene scene, int messages) throws Exception {
    everybodyHas(messages);
    var all = bodies(leader(), "T", 0);
    for (var replica : running.values()) {
      assertThat(bodies(replica, "T", 0)).as(replica.role().self()).isEqualTo(all);
      assertThat(replica.role().failure()).isNull();
    }
    assertThat(givenUp(scene.lags)).isEmpty();
    assertThat(givenUp(scene.forgets)).isEmpty();
    assertThat(givenUp(scene.remembers)).hasSize(1);
    var kept =
        root.resolve(scene.remembers)
            .resolve(GivenUp.DIRECTORY)
            .resolve(givenUp(scene.remembers).getFirst());
    assertThat(
            new String(
                SimulatedDisk.of(disks, scene.remembers).readAll(kept),
                StandardCharsets.ISO_8859_1))
        .contains("acknowledged0", "acknowledged19")
        .doesNotContain("first");
  }

  @Test
  void shouldFollowAGroupThatHasForgottenWhatItHasAppliedWithoutARestart() throws Exception {
    var scene = acknowledgeByTwo();
    losePower(scene.forgets);
    var frozen = freeze(scene.remembers);
    start(scene.forgets);
    start(scene.lags);
    assertThat(bodies(leader(), "T", 0)).doesNotContain("acknowledged19");
    for (var i = 0; i < 30; i++) {
      store(this::leader, draft("T", 0, "new" + i));
    }
    thaw(scene.remembers, frozen);
    allAgree(scene, 31);

    store(this::leader, draft("T", 0, "after"));
    stop(scene.remembers);
    start(scene.remembers);
    allAgree(scene, 32);
  }

  @Test
  void shouldFollowAGroupThatHasForgottenWhatIsInItsCheckpoint() throws Exception {
    var scene = acknowledgeByTwo();
    losePower(scene.forgets);
    stop(scene.remembers); // Which makes a checkpoint.
    start(scene.forgets);
    start(scene.lags);
    for (var i = 0; i < 30; i++) {
      store(this::leader, draft("T", 0, "new" + i));
    }
    start(scene.remembers);
    allAgree(scene, 31);
  }

  /** A change of leader is an entry too, though no message comes after it. */
  @Test
  void shouldFollowAGroupThatHasForgottenNothingButWhoLed() throws Exception {
    startWithOneMessage();
    var forgets = leader().role().self();
    var others = membersBut(forgets);
    var remembers = others.getFirst();
    stop(others.getLast());
    assertThat(leader().transferLeadership(remembers).get(60, SECONDS))
        .isEqualTo(new CommandOutcome.Done());
    await()
        .atMost(PATIENCE)
        .until(() -> leader().readBarrier().get(20, SECONDS) instanceof ReadBarrier.Confirmed);
    assertThat(leader().role().self()).isEqualTo(remembers);
    losePower(forgets);
    var frozen = freeze(remembers);
    start(forgets);
    start(others.getLast());
    for (var i = 0; i < 5; i++) {
      store(this::leader, draft("T", 0, "new" + i));
    }
    thaw(remembers, frozen);
    everybodyHas(6);
    assertThat(bodies(frozen, "T", 0)).isEqualTo(bodies(leader(), "T", 0));
    assertThat(frozen.role().failure()).isNull();
    assertThat(givenUp(remembers)).hasSize(1);
  }

  /** What was not applied is cut as ever, and nothing is kept of it. */
  @Test
  void shouldKeepNothingOfEntriesThatWereNeverCommitted() throws Exception {
    startWithOneMessage();
    String deposed;
    List<String> others;
    AppendOutcome outcome;
    while (true) {
      deposed = leader().role().self();
      others = membersBut(deposed);
      others.forEach(this::stop);
      var alone = Objects.requireNonNull(running.get(deposed));
      outcome = alone.append(List.of(draft("T", 0, "never committed"))).get(60, SECONDS);
      if (!(outcome instanceof AppendOutcome.NotStored)) {
        break;
      }
      for (var other : others) { // It had noticed that it was alone: nothing is in its log.
        start(other);
      }
    }
    assertThat(outcome).isInstanceOf(AppendOutcome.Unknown.class);
    stop(deposed);
    for (var other : others) {
      start(other);
    }
    for (var i = 0; i < 5; i++) {
      store(this::leader, draft("T", 0, "new" + i));
    }
    var back = start(deposed);
    await().atMost(PATIENCE).until(() -> back.maxOffset("T", 0) >= 6);
    assertThat(bodies(back, "T", 0)).isEqualTo(bodies(leader(), "T", 0));
    assertThat(givenUp(deposed)).isEmpty();
  }
}
