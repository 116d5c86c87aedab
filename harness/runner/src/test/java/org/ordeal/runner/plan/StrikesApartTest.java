package org.ordeal.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ordeal.history.Schedule;
import org.ordeal.history.Schedule.Entry;

class StrikesApartTest {

  private static Entry entry(long at, long duration, String fault, String... nodes) {
    return new Entry(at, duration, fault, "one", List.of(nodes), Map.of());
  }

  private static List<Entry> apart(Entry... entries) {
    return StrikesApart.of(new Schedule(1, 100_000, List.of(entries))).faults();
  }

  @Test
  void shouldLeaveOutAStrikeThatWouldMakeTwoMembersForgetTogether() {
    Entry first = entry(10_000, 0, "power-loss", "n0");
    Entry soon = entry(24_000, 0, "power-loss", "n1");
    Entry later = entry(38_000, 0, "power-loss", "n2");
    assertThat(apart(first, soon, later)).containsExactly(first, later);
  }

  @Test
  void shouldLeaveOutWhatOpensItAndKeepWhatOpensTheOthers() {
    Entry opener = entry(8_000, 3_000, "slow-fsync", "n0");
    Entry first = entry(10_000, 0, "power-loss", "n0");
    Entry idle = entry(22_000, 3_000, "slow-fsync", "n1");
    Entry soon = entry(24_000, 0, "power-loss", "n1");
    assertThat(apart(opener, first, idle, soon)).containsExactly(opener, first);
  }

  @Test
  void shouldKeepStrikesAtTheSameMembersAndOfAnotherKind() {
    Entry[] all = {
      entry(10_000, 0, "power-loss", "n0"),
      entry(12_000, 0, "power-loss", "n0"),
      entry(14_000, 1_000, "disk-error", "n1"),
      entry(16_000, 1_000, "kill", "n1"),
      entry(18_000, 1_000, "kill", "n2"),
    };
    assertThat(apart(all)).containsExactly(all);
  }

  @Test
  void shouldTakeStrikesAtWhoeverLeadsForStrikesAtTwoMembers() {
    Entry first = entry(10_000, 1_000, "disk-error");
    assertThat(apart(first, entry(24_000, 1_000, "disk-error"))).containsExactly(first);
  }

  @Test
  void shouldLeaveOutStrikesThatAreAimedOtherwiseThanTheFirst() {
    Entry first = entry(10_000, 1_000, "disk-error", "n0");
    Entry many = new Entry(50_000, 1_000, "disk-error", "majority", List.of("n0", "n1"), Map.of());
    Entry again = entry(90_000, 1_000, "disk-error", "n2");
    assertThat(apart(first, many, again)).containsExactly(first, again);
  }
}
