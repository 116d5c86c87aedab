package org.ordeal.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Need;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Schedule;
import org.ordeal.history.Verdict;
import org.ordeal.runner.FakeWorld.Flaw;
import org.ordeal.runner.plan.FakeFault;
import org.ordeal.runner.plan.FakeFault.Conduct;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.ScheduleFile;

/** A whole run around a cluster, clients and faults that are pretended. */
class RunTest {

  private static final Schedule KILL =
      schedule(new Schedule.Entry(600, 500, "kill", "leader", List.of(), Map.of()));

  private static final Schedule CUT =
      schedule(new Schedule.Entry(600, 500, "power-loss", "all", List.of("n0"), Map.of()));

  @TempDir private Path store;

  @Test
  void shouldPassWhereEveryAcknowledgedMessageIsRead() throws Exception {
    FakeWorld world = new FakeWorld(Flaw.NONE);
    RunOutcome outcome = run(world, Conduct.TAKES, KILL, "documented", "sync");

    Results results = outcome.results();
    assertThat(results.verdict()).as(results.reason()).isEqualTo(Verdict.PASS);
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.PASS);
    assertThat(results.acknowledged()).isPositive().isEqualTo(results.attempted());
    assertThat(results.faults()).singleElement().matches(f -> f.took() && f.endNanos() != null);
    assertThat(world.closed).hasValue(1);

    RunDirectory run = outcome.directory();
    assertThat(store.resolve("latest").toRealPath()).isEqualTo(run.path().toRealPath());
    assertThat(run.readResults().verdict()).isEqualTo(Verdict.PASS);
    RunInfo info = run.info();
    assertThat(info.seed()).isEqualTo(42);
    assertThat(info.promise()).contains("keeps every acknowledged message");
    Schedule executed = ScheduleFile.read(run.executed());
    assertThat(executed.faults())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.nodes()).containsExactly("n0");
              assertThat(entry.atMillis()).isGreaterThanOrEqualTo(600);
            });
    assertThat(Files.readString(run.history()))
        .contains("\"nemesis\"")
        .contains("\"role\"")
        .contains("\"kill\"");
    try (HistogramLogReader log = new HistogramLogReader(run.latency().toFile())) {
      assertThat(log.nextIntervalHistogram().getTag()).startsWith("send-before");
    }
  }

  @Test
  void shouldLoadOnlyWhenEveryReplicaKnowsTheTopics() {
    FakeWorld world = new FakeWorld(Flaw.A_REPLICA_LEARNS_OF_TOPICS_LATE);
    RunOutcome outcome = run(world, Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.results().verdict()).isEqualTo(Verdict.PASS);
    assertThat(world.asked).hasValue(3);

    FakeWorld quick = new FakeWorld(Flaw.NONE);
    run(quick, Conduct.TAKES, KILL, "documented", "sync");
    assertThat(quick.asked).hasValue(1);
  }

  @Test
  void shouldFailWhereAnAcknowledgedMessageIsLost() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.LOSES_MESSAGES), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.results().verdict()).isEqualTo(Verdict.FAIL);
    assertThat(outcome.results().lost()).isEqualTo(1);
    assertThat(outcome.exitCode().number()).isEqualTo(1);
  }

  @Test
  void shouldLookASecondTimeBeforeItCallsAMessageLost() throws Exception {
    RunOutcome outcome =
        run(
            new FakeWorld(Flaw.SHOWS_MESSAGES_AFTER_A_RESTART),
            Conduct.TAKES,
            KILL,
            "documented",
            "sync");
    assertThat(outcome.results().lost()).isZero();
    assertThat(Files.readString(outcome.directory().history())).contains("restart-brokers");
  }

  @Test
  void shouldPermitALossThatNobodyPromisedAgainst() {
    RunOutcome permitted =
        run(new FakeWorld(Flaw.LOSES_MESSAGES), Conduct.TAKES, CUT, "documented", "async");
    assertThat(permitted.results().verdict()).isEqualTo(Verdict.PASS);
    assertThat(permitted.results().lost()).isEqualTo(1);
    assertThat(permitted.results().reason()).contains("permitted");

    RunOutcome required =
        run(new FakeWorld(Flaw.LOSES_MESSAGES), Conduct.TAKES, CUT, "keeps", "async");
    assertThat(required.exitCode().number()).isEqualTo(1);
  }

  @Test
  void shouldShowWhatTheCanarySaidOfTheDisks() {
    RunOutcome outcome = run(new FakeWorld(Flaw.NONE), Conduct.TAKES, CUT, "documented", "sync");
    assertThat(outcome.results().verdict()).isEqualTo(Verdict.PASS);
    assertThat(outcome.results().checks())
        .hasEntrySatisfying(
            "disk-canary", proof -> assertThat(proof.verdict()).isEqualTo(Verdict.PASS));
    RunOutcome without = run(new FakeWorld(Flaw.NONE), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(without.results().checks()).doesNotContainKey("disk-canary");
  }

  @Test
  void shouldGiveNoVerdictOnDisksThatTheCanaryDidNotProve() {
    for (Flaw flaw :
        List.of(
            Flaw.A_DISK_KEEPS_WHAT_WAS_NOT_FORCED, Flaw.NO_CANARY, Flaw.NO_CANARY_OF_ALL_DISKS)) {
      RunOutcome outcome = run(new FakeWorld(flaw), Conduct.TAKES, CUT, "documented", "sync");
      assertThat(outcome.exitCode().number()).isEqualTo(2);
      assertThat(outcome.results().reason())
          .contains("canary did not prove")
          .contains(flaw == Flaw.NO_CANARY_OF_ALL_DISKS ? "all brokers together" : "n0");
      assertThat(outcome.results().attempted()).isZero();
    }
  }

  @Test
  void shouldNotPassWithoutEvidenceOfAFault() {
    for (Conduct conduct : List.of(Conduct.LEAVES_NO_EVIDENCE, Conduct.CANNOT_BE_INJECTED)) {
      RunOutcome outcome = run(new FakeWorld(Flaw.NONE), conduct, KILL, "documented", "sync");
      assertThat(outcome.exitCode().number()).isEqualTo(2);
      assertThat(outcome.results().reason())
          .contains("no evidence that the planned fault kill:leader took");
    }
  }

  @Test
  void shouldFailAClusterThatNeverComesBack() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.NEVER_COMES_BACK), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(1);
    assertThat(outcome.results().unrecovered()).containsExactly("g0");
    assertThat(outcome.results().reason())
        .contains("No route info of this topic")
        .contains("Last log lines of n0:\nthe last line of n0")
        .contains("Last log lines of n2:\nthe last line of n2");
  }

  @Test
  void shouldNotHoldAgainstTheSystemThatAProxyOfOursStayedDead() {
    RunOutcome outcome =
        run(
            new FakeWorld(Flaw.NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY),
            Conduct.TAKES,
            KILL,
            "documented",
            "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().unrecovered()).isEmpty();
    assertThat(outcome.results().reason())
        .contains("does not carry the link n0->n1 (raft)")
        .contains("No route info of this topic");
  }

  @Test
  void shouldNotHoldAgainstTheSystemThatItsDisksWereServedNoMore() {
    RunOutcome outcome =
        run(
            new FakeWorld(Flaw.NEVER_COMES_BACK_WITH_DEAD_DISKS),
            Conduct.TAKES,
            CUT,
            "documented",
            "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().unrecovered()).isEmpty();
    assertThat(outcome.results().reason()).contains("The disk daemon does not answer.");

    RunOutcome alive =
        run(new FakeWorld(Flaw.NEVER_COMES_BACK), Conduct.TAKES, CUT, "documented", "sync");
    assertThat(alive.exitCode().number()).isEqualTo(1);
  }

  @Test
  void shouldStartABrokerAgainThatEndedByItselfAndSaySo() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.A_BROKER_ENDS_BY_ITSELF), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.exitCode()).isEqualTo(ExitCode.PASS);
    assertThat(outcome.results().reason()).contains("n1 had ended by itself (exit code 3)");
  }

  @Test
  void shouldNotPassWhereNothingWasAcknowledged() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.ACKNOWLEDGES_NOTHING), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().reason()).contains("Not one message was acknowledged");
  }

  @Test
  void shouldNotCallLostWhatItCouldNotRead() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.DRAIN_BREAKS_OFF), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().reason()).contains("drain");
  }

  @Test
  void shouldTellWhyAClusterDidNotStart() {
    RunOutcome outcome =
        run(new FakeWorld(Flaw.DIES_AT_START), Conduct.TAKES, KILL, "documented", "sync");
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().reason()).contains("no such option");
    assertThat(outcome.directory().file("run.json")).exists();
  }

  @Test
  void shouldKeepWhatIsKnownOfARunThatIsBrokenOff() throws Exception {
    FakeWorld world = new FakeWorld(Flaw.NONE);
    Interruption interruption = new Interruption();
    Progress stopsIt =
        new Progress() {
          @Override
          public void phase(String phase) {}

          @Override
          public void say(String line) {}

          @Override
          public void tick(double e, double t, long a, long ok, double p, String inForce) {
            interruption.stop();
          }
        };
    RunOutcome outcome =
        runWith(world, Conduct.TAKES, KILL, "documented", "sync", stopsIt, interruption);
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().reason()).contains("ended before it was through");
    assertThat(outcome.results().attempted()).isPositive();
    assertThat(world.closed).hasValue(1);
    assertThat(outcome.directory().executed()).exists();
  }

  /**
   * What is under way in a set-up that is told to stop fails, and is not what the machine lacks.
   */
  @Test
  void shouldKnowARunThatIsToldToStopFromAMachineThatLacksSomething() {
    FakeWorld world = new FakeWorld(Flaw.CANNOT_BE_MADE_HERE);
    Interruption interruption = new Interruption();
    Progress stopsIt =
        new Progress() {
          @Override
          public void phase(String phase) {
            interruption.stop();
          }

          @Override
          public void say(String line) {}

          @Override
          public void tick(double e, double t, long a, long ok, double p, String inForce) {}
        };
    RunOutcome outcome =
        runWith(world, Conduct.TAKES, KILL, "documented", "sync", stopsIt, interruption);
    assertThat(outcome.exitCode().number()).isEqualTo(2);
    assertThat(outcome.results().reason()).contains("ended before it was through");

    assertThatThrownBy(() -> run(world, Conduct.TAKES, KILL, "documented", "sync"))
        .isInstanceOf(EnvironmentException.class);
  }

  @Test
  void shouldRefuseAStoreThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(store.resolve("file"), "");
    assertThatThrownBy(() -> RunDirectory.create(file, "durability"))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("--store");
  }

  @Test
  void shouldRefuseWhatIsNoRun() {
    assertThatThrownBy(() -> RunDirectory.existing(store.resolve("nothing")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("There is no run");
    assertThatThrownBy(() -> RunDirectory.existing(store)).hasMessageContaining("no run.json");
  }

  @Test
  void shouldRefuseUnknownNamesWithSuggestions() {
    FakeWorld world = new FakeWorld(Flaw.NONE);
    assertThatThrownBy(() -> plan(world, request("durabilty", "dledger", "sync", KILL, "keeps")))
        .hasMessage("There is no workload called 'durabilty'. Did you mean durability?");
    assertThatThrownBy(() -> plan(world, request("durability", "dleger", "sync", KILL, "keeps")))
        .hasMessageContaining("Did you mean dledger?");
    assertThatThrownBy(() -> plan(world, request("durability", "dledger", "asnyc", KILL, "keeps")))
        .hasMessageContaining("Did you mean async?");
  }

  private RunOutcome run(
      FakeWorld world, Conduct conduct, Schedule schedule, String require, String flush) {
    return runWith(world, conduct, schedule, require, flush, Progress.silent(), new Interruption());
  }

  /** We make a controller's master wait for its in-sync set, and hold it to what that promises. */
  @Test
  void shouldPromiseOfAControllerGroupWhatItsOwnSettingsPromise() {
    FakeWorld world = new FakeWorld(Flaw.NONE);
    RunRequest ours = request("durability", "controller", "sync", KILL, "documented");
    assertThat(plan(world, ours).promise().keeps()).isTrue();
    RunRequest theirs =
        new RunRequest(
            ours.command(),
            ours.workload(),
            ours.system(),
            ours.topology(),
            ours.flush(),
            ours.nodes(),
            ours.nameServers(),
            ours.groups(),
            ours.faults(),
            ours.schedule(),
            ours.time(),
            ours.rate(),
            ours.clients(),
            ours.runtime(),
            Map.of("allAckInSyncStateSet", "false"),
            ours.require(),
            ours.store(),
            ours.recovery(),
            ours.seed());
    assertThat(plan(world, theirs).promise().keeps()).isFalse();
  }

  private RunOutcome runWith(
      FakeWorld world,
      Conduct conduct,
      Schedule schedule,
      String require,
      String flush,
      Progress progress,
      Interruption interruption) {
    FaultCatalogue catalogue =
        new FaultCatalogue(
            List.of(
                new FakeFault(
                    "kill", Set.of(Need.PROCESS), List.of("leader"), false, conduct, world::send),
                new FakeFault(
                    "power-loss", Set.of(Need.DISK), List.of("all"), false, conduct, world::send)));
    String topology = flush.equals("async") ? "single" : "dledger";
    RunPlan plan =
        RunPlan.of(
            request("durability", topology, flush, schedule, require),
            List.of(FakeWorld.workload()),
            catalogue,
            world.runtime());
    Parts parts =
        new Parts(
            world.runtime(),
            world.system(),
            catalogue,
            Map.of("durability", new FakeCheck()),
            world::fleet,
            List.of());
    return new Run(plan, parts, progress, interruption).execute();
  }

  private static RunPlan plan(FakeWorld world, RunRequest request) {
    return RunPlan.of(
        request,
        List.of(FakeWorld.workload()),
        new FaultCatalogue(FakeFault.several()),
        world.runtime());
  }

  private RunRequest request(
      String workload, String topology, String flush, Schedule schedule, String require) {
    return new RunRequest(
        List.of("ordeal", "run"),
        workload,
        "fake",
        topology,
        flush,
        null,
        1,
        1,
        List.of(),
        schedule,
        Duration.ofSeconds(2),
        null,
        1,
        "process",
        Map.of(),
        require,
        store,
        Duration.ofSeconds(1),
        42);
  }

  private static Schedule schedule(Schedule.Entry... entries) {
    assertThat(EnumSet.allOf(Need.class)).isNotEmpty();
    return new Schedule(42, 1_700, List.of(entries));
  }
}
