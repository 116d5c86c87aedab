package org.ordeal.faults.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Faults;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.Selection;

/** What is cut by each shape, and who is hit by each selector. */
class PartitionShapesTest {

  private final PartitionFault partition = new PartitionFault();

  private static List<Member> cluster(int groups, int size) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < groups * size; i++) {
      members.add(new Member("n" + i, NodeKind.BROKER, "g" + i / size));
    }
    members.add(new Member("ns0", NodeKind.NAMESERVER, "nameserver"));
    members.add(new Member("c0", NodeKind.CLIENT, "client"));
    return members;
  }

  private Set<Way> ways(List<Member> members, String shape, String... nodes) {
    return PartitionFault.ways(members, shape, List.of(nodes));
  }

  @Test
  void shouldSeparateOneBrokerBothWays() {
    assertThat(ways(cluster(1, 3), "one", "n1"))
        .containsExactlyInAnyOrder(
            new Way("n1", "n0"), new Way("n0", "n1"), new Way("n1", "n2"), new Way("n2", "n1"));
  }

  @Test
  void shouldMuteOneBrokerAndLetItHear() {
    assertThat(ways(cluster(1, 3), "one-way", "n1"))
        .containsExactlyInAnyOrder(new Way("n1", "n0"), new Way("n1", "n2"));
  }

  @Test
  void shouldLeaveTheBridgeInTouchWithBothSides() {
    assertThat(ways(cluster(1, 3), "bridge", "n2", "n0", "n1"))
        .containsExactlyInAnyOrder(new Way("n0", "n1"), new Way("n1", "n0"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 7})
  void shouldLetEveryBrokerOfARingHearAMajorityAndNoTwoTheSame(int size) {
    List<Member> members = cluster(1, size);
    List<String> order = partition.choose(members, "majorities-ring", new Random(1));
    Set<Way> cut = PartitionFault.ways(members, "majorities-ring", order);
    Set<Set<String>> heard = new HashSet<>();
    for (String hearer : order) {
      Set<String> hears = new HashSet<>(order);
      cut.stream().filter(way -> way.to().equals(hearer)).forEach(way -> hears.remove(way.from()));
      assertThat(hears).contains(hearer).hasSize(size / 2 + 1);
      heard.add(hears);
    }
    assertThat(heard).hasSize(size);
  }

  @Test
  void shouldCutEveryGroupInHalvesAndNeverAcrossGroups() {
    List<Member> members = cluster(2, 3);
    List<String> order = partition.choose(members, "halves", new Random(7));
    Set<Way> cut = PartitionFault.ways(members, "halves", order);
    assertThat(cut).hasSize(8);
    assertThat(cut)
        .allMatch(way -> number(way.from()) / 3 == number(way.to()) / 3, "within a group");
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(1));
  }

  @Test
  void shouldChooseTheSameForTheSameSeed() {
    for (Fault fault : Faults.all()) {
      if (!fault.getClass().getPackageName().matches("org\\.ordeal\\.faults\\.(network|process)")) {
        continue;
      }
      for (var target : fault.targets()) {
        assertThat(fault.choose(cluster(2, 3), target.name(), new Random(5)))
            .isEqualTo(fault.choose(cluster(2, 3), target.name(), new Random(5)));
      }
    }
  }

  @Test
  void shouldRefuseAShapeThatTheGroupsAreTooSmallFor() {
    assertThat(partition.refusal(cluster(3, 1), "one")).isPresent();
    assertThat(partition.refusal(cluster(1, 2), "bridge"))
        .hasValueSatisfying(s -> assertThat(s).contains("at least 3 brokers; g0 has 2"));
    assertThat(partition.refusal(cluster(1, 3), "bridge")).isEmpty();
    assertThat(partition.refusal(cluster(1, 3), "sideways"))
        .hasValueSatisfying(s -> assertThat(s).contains("There is no target 'sideways'"));
  }

  @Test
  void shouldSelectAMinorityAndAMajorityOfEveryGroup() {
    assertThat(Selection.choose(cluster(2, 5), "minority", new Random(3))).hasSize(4);
    assertThat(Selection.choose(cluster(2, 5), "majority", new Random(3))).hasSize(6);
    assertThat(Selection.refusal(cluster(1, 2), "minority")).isPresent();
    assertThat(Selection.refusal(cluster(1, 1), "majority")).isEmpty();
    assertThat(Selection.choose(cluster(1, 3), "leader", new Random(3))).isEmpty();
  }
}
