package org.ordeal.faults.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Faults;
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
            "disk-link",
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "power-loss    | keep       | 2            | must lie between 0 and 1",
        "power-loss    | keep       | -0.1         | must lie between 0 and 1",
        "power-loss    | keep       | NaN          | must lie between 0 and 1",
        "power-loss    | torn       | Infinity     | must lie between 0 and 1",
        "power-loss    | keep       | half         | must be a number",
        "power-loss    | metadata   | xfs          | must be one of ext4, strict",
        "power-loss    | path       | **           | has no attribute 'path'",
        "slow-fsync    | latency_ms | 0            | must lie between 1 and",
        "slow-fsync    | latency_ms | 1.5          | must be a whole number",
        "disk-stall    | latency_ms | -1           | must lie between 0 and",
        "disk-stall    | latency_ms | 10ms         | must be a number",
        "disk-stall    | operation  | sing         | must be one of all, fsync, write, read",
        "disk-slow     | operation  | fsync        | must be one of all, write, read",
        "disk-full     | operation  | write        | has no attribute 'operation'",
        "disk-slow     | rate_kbps  | 0            | must lie between 1 and",
        "disk-error    | operation  | sing         | must be one of fsync, write, read",
        "disk-error    | lie        | maybe        | must be one of no, yes",
        "disk-error    | after      | lunch        | must be one of reboot, restart, nothing",
        "disk-error    | count      | -1           | must lie between 0 and",
        "disk-full     | free_bytes | -1           | must lie between 0 and",
        "bit-flip      | bits       | 0            | must lie between 1 and 4096",
        "bit-flip      | bits       | 1e9          | must lie between 1 and 4096",
        "bit-flip      | path       | [            | must be a glob",
        "truncate      | bytes      | NaN          | must lie between 1 and",
        "truncate      | path       | ''           | is empty",
        "stale-restore | path       | {a           | must be a glob",
        "stale-restore | bits       | 1            | has no attribute 'bits'"
      })
  void shouldRefuseAttributesThatMeanNothing(
      String fault, String attribute, String value, String sentence) {
    Fault refusing = Faults.named(fault).orElseThrow();
    assertThatThrownBy(() -> refusing.complete(Map.of(attribute, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*" + sentence + ".*");
  }

  @Test
  void shouldRefuseALieWhereNoSyncFails() {
    DiskErrorFault error = new DiskErrorFault();
    assertThatThrownBy(() -> error.complete(Map.of("lie", "yes", "operation", "write")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lie is about syncs");
  }

  @Test
  void shouldReadAttributesAsTheyAreTyped() {
    assertThat(new PowerLossFault().complete(Map.of("keep", "0.5", "metadata", "strict")))
        .containsEntry("keep", 0.5)
        .containsEntry("torn", 0.25)
        .containsEntry("metadata", "strict");
    assertThat(new BitFlipFault().complete(Map.of("bits", "8", "path", "**/data/*")))
        .containsEntry("bits", 8L)
        .containsEntry("path", "**/data/*");
  }
}
