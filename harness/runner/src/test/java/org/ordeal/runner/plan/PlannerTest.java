package org.ordeal.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Need;
import org.ordeal.history.Schedule;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;

class PlannerTest {

  private static final FaultCatalogue CATALOGUE = new FaultCatalogue(FakeFault.several());

  private final Planner planner =
      new Planner(CATALOGUE, FakeFault.members(3), EnumSet.allOf(Need.class));

  @Test
  void shouldGiveTheSameScheduleForTheSameSeed() {
    List<FaultRequest> requests = requests("kill", "partition", "latency");
    for (long seed = 0; seed < 50; seed++) {
      assertThat(planner.plan(seed, 60_000, requests))
          .isEqualTo(planner.plan(seed, 60_000, requests));
    }
    assertThat(planner.plan(1, 60_000, requests)).isNotEqualTo(planner.plan(2, 60_000, requests));
  }

  @Test
  void shouldGiveThisVeryScheduleOnEveryMachine() {
    String text = ScheduleFile.text(planner.plan(1, 60_000, requests("kill", "partition")));
    assertThat(text).isEqualTo(GOLDEN);
  }

  @Test
  void shouldDrawThePublishedSplitMix64Numbers() {
    SeededRandom random = new SeededRandom(1234567);
    assertThat(LongStream.generate(random::nextLong).limit(5).mapToObj(Long::toUnsignedString))
        .containsExactly(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821");
  }

  @Test
  void shouldLeaveQuietTimeBeforeBetweenAndAfterFaults() {
    for (long seed = 0; seed < 200; seed++) {
      long time = 20_000 + seed * 500;
      Schedule schedule = planner.plan(seed, time, requests("kill", "pause", "partition"));
      long quietSince = 0;
      for (Schedule.Entry entry : schedule.faults()) {
        assertThat(entry.atMillis()).isGreaterThan(quietSince + 300);
        quietSince = entry.atMillis() + entry.durationMillis();
      }
      assertThat(schedule.faults().getFirst().atMillis()).isGreaterThanOrEqualTo(1_000);
      assertThat(time - quietSince).isGreaterThanOrEqualTo(2_000);
    }
  }

  @Test
  void shouldCarryOutEveryRequestAtLeastOnce() {
    for (long seed = 0; seed < 100; seed++) {
      Schedule schedule =
          planner.plan(seed, 30_000, requests("kill", "pause", "partition", "restart"));
      assertThat(schedule.faults().stream().map(Schedule.Entry::fault))
          .contains("kill", "pause", "partition", "restart");
    }
  }

  @Test
  void shouldGoForTheLeaderFirstWhereTheTargetIsLeftOpen() {
    Schedule schedule = planner.plan(7, 60_000, requests("kill"));
    assertThat(schedule.faults().getFirst().target()).isEqualTo("leader");
    assertThat(schedule.faults().getFirst().nodes()).isEmpty();
  }

  @Test
  void shouldPutPowerLossInsideSlowFsync() {
    for (long seed = 0; seed < 50; seed++) {
      Schedule schedule = planner.plan(seed, 60_000, requests("power-loss:all", "slow-fsync"));
      List<Schedule.Entry> cuts = named(schedule, "power-loss");
      assertThat(cuts).isNotEmpty();
      for (Schedule.Entry cut : cuts) {
        assertThat(cut.nodes()).containsExactly("n0", "n1", "n2");
        assertThat(named(schedule, "slow-fsync"))
            .anySatisfy(
                slow -> {
                  assertThat(cut.atMillis() - slow.atMillis())
                      .isGreaterThanOrEqualTo(slow.durationMillis() / 2);
                  assertThat(slow.atMillis() + slow.durationMillis())
                      .isBetween(cut.atMillis(), cut.atMillis() + cut.durationMillis());
                });
      }
    }
  }

  @Test
  void shouldHealByItselfWhatIsMomentary() {
    assertThat(planner.plan(3, 20_000, requests("restart")).faults())
        .allSatisfy(entry -> assertThat(entry.durationMillis()).isZero());
  }

  @Test
  void shouldRefuseUnknownFaultsAndTargetsWithSuggestions() {
    assertThatThrownBy(() -> planner.plan(1, 60_000, requests("partiton")))
        .isInstanceOf(UsageException.class)
        .hasMessage("There is no fault called 'partiton'. Did you mean partition?");
    assertThatThrownBy(() -> planner.plan(1, 60_000, requests("kill:leadr")))
        .hasMessageContaining("Did you mean leader?");
    assertThatThrownBy(() -> requests("kill:")).hasMessageContaining("is not a fault");
    assertThatThrownBy(() -> requests("none", "kill")).hasMessageContaining("cannot stand beside");
  }

  @Test
  void shouldReadAttributesBehindAFault() {
    assertThat(FaultRequest.parse(List.of("power-loss:all@keep=0.5@path=a=b", "kill")))
        .containsExactly(
            new FaultRequest("power-loss", "all", Map.of("keep", "0.5", "path", "a=b")),
            new FaultRequest("kill", null));
    assertThat(FaultRequest.parse(List.of("power-loss@torn=1")).getFirst().target()).isNull();
    for (String wrong : List.of("kill@", "kill@x", "kill@=1", "kill@a=1@a=2", "kill:leader@a=1@")) {
      assertThatThrownBy(() -> requests(wrong))
          .as(wrong)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("does not set an attribute");
    }
    assertThatThrownBy(() -> requests("@a=1")).hasMessageContaining("is not a fault");
    assertThatThrownBy(() -> planner.plan(1, 60_000, requests("kill@latency_ms=0")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("must lie between 1 and 1000");
    assertThatThrownBy(() -> planner.plan(1, 60_000, requests("kill@speed=1")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("has no attribute 'speed'");
    assertThat(planner.plan(1, 60_000, requests("kill@latency_ms=7")).faults())
        .allSatisfy(entry -> assertThat(entry.attributes()).containsEntry("latency_ms", 7L));
  }

  @Test
  void shouldRefuseByNameWhatTheClusterOrTheRuntimeCannotTake() {
    Planner single =
        new Planner(CATALOGUE, FakeFault.members(1), Set.of(Need.PROCESS, Need.NETWORK));
    assertThatThrownBy(() -> single.plan(1, 60_000, requests("partition:halves")))
        .hasMessageContaining("One broker cannot be parted into halves.");
    assertThatThrownBy(() -> single.plan(1, 60_000, requests("power-loss:all")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("power-loss:all needs a fault disk under every broker");
  }

  @Test
  void shouldRefuseALoadTooShortForItsFaults() {
    assertThatThrownBy(() -> planner.plan(1, 3_000, requests("kill")))
        .hasMessageContaining("give --time at least");
    assertThatThrownBy(
            () -> planner.plan(1, 7_000, requests("kill", "pause", "partition", "restart")))
        .hasMessageContaining("do not fit");
  }

  @Test
  void shouldReadBackWhatItWrote(@TempDir Path directory) throws Exception {
    Schedule schedule = planner.plan(5, 60_000, requests("kill", "latency"));
    Path file = directory.resolve("executed.json");
    Files.writeString(file, ScheduleFile.text(schedule));
    assertThat(ScheduleFile.read(file)).isEqualTo(schedule);
  }

  @Test
  void shouldSayWhereAScheduleIsBroken(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("executed.json");
    assertThatThrownBy(() -> ScheduleFile.read(file)).hasMessageContaining("There is no schedule");
    Files.writeString(file, "{\"seed\": 1,\n \"durationMillis\": ");
    assertThatThrownBy(() -> ScheduleFile.read(file))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("executed.json:2");
    Files.writeString(
        file, "{\"seed\": 1, \"durationMillis\": 60000, \"faults\": [{\"atMillis\": 1}]}");
    assertThatThrownBy(() -> ScheduleFile.read(file)).isInstanceOf(UsageException.class);
  }

  @Test
  void shouldRefuseAScheduleForAnotherCluster() {
    Schedule.Entry entry = new Schedule.Entry(1_000, 1_000, "kill", "one", List.of("n7"), Map.of());
    assertThatThrownBy(() -> planner.check(new Schedule(1, 10_000, List.of(entry))))
        .hasMessageContaining("'n7'")
        .hasMessageContaining("n0, n1, n2");
    Schedule.Entry late = new Schedule.Entry(11_000, 1, "kill", "one", List.of("n1"), Map.of());
    assertThatThrownBy(() -> planner.check(new Schedule(1, 10_000, List.of(late))))
        .hasMessageContaining("outside");
    Schedule.Entry odd =
        new Schedule.Entry(1_000, 1, "kill", "one", List.of("n1"), Map.of("latency", 3L));
    assertThatThrownBy(() -> planner.check(new Schedule(1, 10_000, List.of(odd))))
        .hasMessageContaining("has no attribute 'latency'");
  }

  private static List<Schedule.Entry> named(Schedule schedule, String fault) {
    return schedule.faults().stream().filter(e -> e.fault().equals(fault)).toList();
  }

  private static List<FaultRequest> requests(String... words) {
    return FaultRequest.parse(List.of(words));
  }

  private static final String GOLDEN =
      """
      {
        "seed" : 1,
        "durationMillis" : 60000,
        "faults" : [ {
          "atMillis" : 8847,
          "durationMillis" : 7277,
          "fault" : "kill",
          "target" : "leader",
          "nodes" : [ ],
          "attributes" : {
            "latency_ms" : 100
          }
        }, {
          "atMillis" : 22130,
          "durationMillis" : 6630,
          "fault" : "partition",
          "target" : "leader",
          "nodes" : [ ],
          "attributes" : {
            "latency_ms" : 100
          }
        }, {
          "atMillis" : 36902,
          "durationMillis" : 5540,
          "fault" : "partition",
          "target" : "halves",
          "nodes" : [ "n0" ],
          "attributes" : {
            "latency_ms" : 100
          }
        } ]
      }
      """;
}
