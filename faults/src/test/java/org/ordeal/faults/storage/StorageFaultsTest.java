package org.ordeal.faults.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.disk.DiskToxic;

/** The faults of storage as the plan sees them. */
class StorageFaultsTest {
  private static final List<Member> MEMBERS =
      List.of(
          new Member("n0", NodeKind.BROKER, "g0"),
          new Member("ns0", NodeKind.NAMESERVER, "nameserver"));

  @Test
  void shouldBeFoundUnderTheirNames() {
    List<String> names =
        ServiceLoader.load(Fault.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(fault -> fault.needs().contains(Need.DISK))
            .map(Fault::name)
            .toList();
    assertThat(names)
        .containsExactlyInAnyOrder(
            "power-loss",
            "disk-stall",
            "disk-slow",
            "disk-error",
            "disk-full",
            "slow-fsync",
            "bit-flip",
            "truncate",
            "stale-restore");
  }

  @Test
  void shouldHitBrokersOnly() {
    PowerLossFault fault = new PowerLossFault();
    assertThat(fault.refusal(MEMBERS, "all")).isEmpty();
    assertThat(fault.refusal(MEMBERS, "nameserver"))
        .hasValueSatisfying(s -> assertThat(s).contains("nameserver"));
    assertThat(fault.choose(MEMBERS, "all", new Random(1))).containsExactly("n0");
  }

  @Test
  void shouldTurnAttributesIntoToxics() {
    DiskErrorFault error = new DiskErrorFault();
    DiskToxic toxic = error.toxic("t", error.complete(Map.of("lie", "yes", "count", 1)));
    assertThat(toxic.attributes()).containsEntry("lie", true).containsEntry("count", 1L);
    assertThat(error.toxic("t", error.complete(Map.of("lie", "yes"))).attributes())
        .containsEntry("count", 1L);
    SlowFsyncFault slow = new SlowFsyncFault();
    assertThat(slow.toxic("t", slow.complete(Map.of())).attributes())
        .containsEntry("latency", 500L);
    assertThatThrownBy(() -> slow.complete(Map.of("latency_ms", 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
