package org.ordeal.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.history.Schedule;
import org.ordeal.history.Schedule.Entry;

class HeldBackTest {
  private static final List<String> THREE = List.of("n0", "n1", "n2");

  private static Schedule schedule(long seed, Entry... entries) {
    return new Schedule(seed, 24_000, List.of(entries));
  }

  private static Entry strike(String fault, String target, List<String> nodes) {
    return new Entry(9_000, 2_000, fault, target, nodes, Map.of("keep", 0.5));
  }

  private static List<String> hit(Schedule schedule, String fault) {
    List<String> nodes = new ArrayList<>();
    schedule.faults().stream()
        .filter(entry -> entry.fault().equals(fault))
        .forEach(entry -> nodes.addAll(entry.nodes()));
    return nodes;
  }

  @ParameterizedTest
  @CsvSource({"3,1,1,1", "3,2,1,0", "5,1,2,2", "5,2,1,2", "5,3,2,0", "5,4,1,0"})
  void shouldLeaveAMajorityThatKnowsOnlyWhatTheStruckDisksHaveKept(
      int members, int struck, int lagging, int frozen) {
    List<String> brokers = IntStream.range(0, members).mapToObj(i -> "n" + i).toList();
    Entry cut = strike("power-loss", "some", brokers.subList(0, struck));
    Schedule held = HeldBack.around(schedule(7, cut), brokers);
    assertThat(held.faults()).contains(cut);
    assertThat(hit(held, "partition")).hasSize(lagging);
    assertThat(hit(held, "pause")).hasSize(frozen);
    List<String> all = new ArrayList<>(cut.nodes());
    all.addAll(hit(held, "partition"));
    all.addAll(hit(held, "pause"));
    assertThat(all).containsExactlyInAnyOrderElementsOf(brokers);
    int majority = members / 2 + 1;
    assertThat(members - lagging).as("can acknowledge before").isGreaterThanOrEqualTo(majority);
    assertThat(struck + lagging).as("can elect after").isGreaterThanOrEqualTo(majority);
  }

  @Test
  void shouldCutOffBeforeTheStrikeAndFreezeOverTheReturn() {
    Schedule held = HeldBack.around(schedule(1, strike("power-loss", "one", List.of("n1"))), THREE);
    Entry lag = held.faults().get(0);
    Entry cut = held.faults().get(1);
    Entry frozen = held.faults().get(2);
    assertThat(List.of(lag.fault(), cut.fault(), frozen.fault()))
        .containsExactly("partition", "power-loss", "pause");
    assertThat(lag.atMillis()).isEqualTo(5_000);
    assertThat(lag.atMillis() + lag.durationMillis()).isBetween(9_000L, 11_000L);
    assertThat(frozen.atMillis()).isBetween(9_001L, 9_500L);
    assertThat(frozen.atMillis() + frozen.durationMillis()).isEqualTo(16_000);
  }

  @Test
  void shouldPutEverythingOffWhereAStrikeLeavesNoTimeToLagBefore() {
    Entry early = new Entry(1_500, 2_000, "power-loss", "one", List.of("n1"), Map.of());
    Entry next = new Entry(5_000, 1_000, "kill", "one", List.of("n0"), Map.of());
    Schedule held = HeldBack.around(schedule(1, early, next), THREE);
    assertThat(held.durationMillis()).isEqualTo(29_000);
    assertThat(held.faults())
        .filteredOn(entry -> entry.fault().equals("power-loss") || entry.fault().equals("kill"))
        .extracting(Entry::atMillis)
        .containsExactly(6_500L, 10_000L);
    assertThat(held.faults().getFirst().fault()).isEqualTo("partition");
    assertThat(held.faults().getFirst().atMillis()).isEqualTo(2_500);
  }

  @Test
  void shouldAimAtOneWhereTheLeaderWasMeant() {
    Schedule held = HeldBack.around(schedule(3, strike("disk-error", "leader", List.of())), THREE);
    assertThat(hit(held, "disk-error")).hasSize(1);
    assertThat(held.faults())
        .filteredOn(entry -> entry.fault().equals("disk-error"))
        .allSatisfy(
            entry -> {
              assertThat(entry.target()).isEqualTo("one");
              assertThat(entry.attributes()).isEqualTo(Map.of("keep", 0.5));
            });
  }

  @Test
  void shouldLeaveAloneWhatStrikesAllOrIsNoDisk() {
    Schedule all = schedule(1, strike("power-loss", "all", THREE));
    assertThat(HeldBack.around(all, THREE)).isEqualTo(all);
    Schedule kill = schedule(1, strike("kill", "one", List.of("n0")));
    assertThat(HeldBack.around(kill, THREE)).isEqualTo(kill);
    Schedule single = schedule(1, strike("power-loss", "one", List.of("n0")));
    assertThat(HeldBack.around(single, List.of("n0"))).isEqualTo(single);
  }

  @Test
  void shouldDrawTheSameForTheSameSeed() {
    Schedule drawn = schedule(5, strike("disk-error", "leader", List.of()));
    assertThat(HeldBack.around(drawn, THREE)).isEqualTo(HeldBack.around(drawn, THREE));
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(
                    seed ->
                        hit(
                            HeldBack.around(
                                schedule(seed, strike("disk-error", "leader", List.of())), THREE),
                            "disk-error"))
                .distinct())
        .hasSize(3);
  }
}
