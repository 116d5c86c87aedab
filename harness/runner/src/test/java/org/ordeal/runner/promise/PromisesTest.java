package org.ordeal.runner.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.history.Schedule;
import org.ordeal.runner.UsageException;

class PromisesTest {

  /** The table of the guarantees, cell by cell. */
  @ParameterizedTest
  @CsvSource({
    "single,       sync,  KILL_ONE, true",
    "single,       sync,  KILL_ALL, true",
    "single,       sync,  POWER_ONE, true",
    "single,       sync,  POWER_MANY, true",
    "single,       sync,  DISK_LOST, false",
    "single,       async, KILL_ALL, true",
    "single,       async, POWER_ONE, false",
    "single,       async, POWER_MANY, false",
    "async-master, sync,  KILL_ONE, true",
    "async-master, sync,  POWER_MANY, true",
    "async-master, sync,  DISK_LOST, false",
    "async-master, async, POWER_ONE, false",
    "sync-master,  sync,  POWER_MANY, true",
    "sync-master,  sync,  DISK_LOST, true",
    "sync-master,  async, POWER_ONE, true",
    "sync-master,  async, POWER_MANY, false",
    "sync-master,  async, DISK_ERROR, true",
    "sync-master,  async, DISK_ERROR_MANY, false",
    "sync-master,  sync,  DISK_ERROR_MANY, true",
    "single,       async, DISK_ERROR, false",
    "async-master, async, DISK_ERROR, false",
    "dledger,      async, DISK_ERROR, false",
    "dledger,      sync,  DISK_ERROR_MANY, true",
    "sync-master,  async, DISK_LOST, true",
    "dledger,      sync,  KILL_ALL, true",
    "dledger,      sync,  POWER_ONE, true",
    "dledger,      sync,  POWER_MANY, true",
    "dledger,      sync,  DISK_LOST, true",
    "dledger,      async, KILL_ALL, true",
    "dledger,      async, POWER_ONE, false",
    "dledger,      async, POWER_MANY, false",
    "dledger,      async, DISK_LOST, false",
    "controller,   sync,  NONE, true",
    "controller,   sync,  KILL_ONE, false",
  })
  void shouldPromiseWhatTheTableSays(String topology, String flush, Strike strike, boolean keeps) {
    assertThat(Promises.of(new Configuration(topology, flush, Map.of()), strike).keeps())
        .isEqualTo(keeps);
  }

  @ParameterizedTest
  @CsvSource({
    "fsync, reboot,  false",
    "write, nothing, false",
    "read,  reboot,  false",
    "read,  restart, true",
    "read,  nothing, true",
  })
  void shouldPromiseUnderDiskErrorsWhatTheirAttributesLeave(
      String operation, String after, boolean keeps) {
    Schedule.Entry entry =
        new Schedule.Entry(
            1,
            1_000,
            "disk-error",
            "one",
            List.of("n0"),
            Map.of("operation", operation, "after", after));
    assertThat(documented(new Configuration("single", "async", Map.of()), entry).keeps())
        .isEqualTo(keeps);
  }

  @Test
  void shouldPromiseOfAControllerWhatItsSettingsGive() {
    Map<String, String> replicated = Map.of("allAckInSyncStateSet", "true");
    assertThat(
            Promises.of(new Configuration("controller", "async", replicated), Strike.KILL_ONE)
                .keeps())
        .isTrue();
    Map<String, String> unclean =
        Map.of("allAckInSyncStateSet", "true", "enableElectUncleanMaster", "true");
    assertThat(
            Promises.of(new Configuration("controller", "sync", unclean), Strike.KILL_ONE).keeps())
        .isFalse();
  }

  @Test
  void shouldTakeTheWorstFaultOfASchedule() {
    Configuration dledgerAsync = new Configuration("dledger", "async", Map.of());
    assertThat(documented(dledgerAsync, entry(1, "kill", "all", "n0", "n1", "n2")).keeps())
        .isTrue();
    Promise promise =
        documented(
            dledgerAsync,
            entry(1, "kill", "leader"),
            entry(20_000, "power-loss", "one", "n1"),
            entry(40_000, "pause", "all"));
    assertThat(promise.keeps()).isFalse();
    assertThat(promise.sentence())
        .isEqualTo(
            "dledger with ASYNC_FLUSH may lose acknowledged messages under power loss of one replica.");
  }

  @Test
  void shouldNameEveryFaultThatAPromiseIsGivenFor() {
    Configuration dledgerSync = new Configuration("dledger", "sync", Map.of());
    assertThat(
            documented(
                    dledgerSync,
                    entry(1, "power-loss", "all", "n0", "n1", "n2"),
                    entry(1, "slow-fsync", "all"),
                    entry(20_000, "kill", "one", "n1"),
                    entry(40_000, "kill", "nameserver", "ns0"))
                .sentence())
        .isEqualTo(
            "dledger with SYNC_FLUSH keeps every acknowledged message under kill of one replica, power loss of a majority or all replicas, kill of nameserver and slow-fsync.");
    assertThat(
            documented(
                    new Configuration("single", "async", Map.of()),
                    entry(1, "power-loss", "one", "n0"),
                    entry(40_000, "truncate", "one", "n0"),
                    entry(60_000, "kill", "one", "n0"))
                .sentence())
        .isEqualTo(
            "single with ASYNC_FLUSH may lose acknowledged messages under power loss of one replica and corrupted or rolled-back files of one replica.");
  }

  @Test
  void shouldCountPowerLossesThatComeCloseTogetherAsOne() {
    Configuration syncMaster = new Configuration("sync-master", "async", Map.of());
    assertThat(documented(syncMaster, entry(1_000, "power-loss", "one", "n0")).keeps()).isTrue();
    assertThat(
            documented(
                    syncMaster,
                    entry(1_000, "power-loss", "one", "n0"),
                    entry(4_000, "power-loss", "one", "n1"))
                .keeps())
        .isFalse();
    assertThat(
            documented(
                    syncMaster,
                    entry(1_000, "power-loss", "one", "n0"),
                    entry(60_000, "power-loss", "one", "n1"))
                .keeps())
        .isTrue();
  }

  @Test
  void shouldCountADiskErrorAsWhatAPowerLossTakesFromAReplica() {
    Configuration syncMaster = new Configuration("sync-master", "async", Map.of());
    assertThat(documented(syncMaster, entry(1_000, "disk-error", "one", "n0")).keeps()).isTrue();
    assertThat(documented(syncMaster, entry(1_000, "disk-error", "all", "n0", "n1")).sentence())
        .isEqualTo(
            "sync-master with ASYNC_FLUSH may lose acknowledged messages under disk errors of several replicas.");
    assertThat(
            documented(
                    syncMaster,
                    entry(1_000, "disk-error", "one", "n0"),
                    entry(4_000, "power-loss", "one", "n1"))
                .keeps())
        .isFalse();
    assertThat(
            documented(
                    syncMaster,
                    entry(1_000, "disk-error", "one", "n0"),
                    entry(60_000, "power-loss", "one", "n1"))
                .keeps())
        .isTrue();
  }

  @Test
  void shouldPromiseEverythingUnderFaultsOfNameServersAndClients() {
    Configuration controller = new Configuration("controller", "sync", Map.of());
    assertThat(documented(controller, entry(1, "kill", "nameserver", "ns0")).keeps()).isTrue();
    assertThat(documented(controller, entry(1, "kill", "client", "c0")).keeps()).isTrue();
    assertThat(documented(controller).keeps()).isTrue();
  }

  @Test
  void shouldLetRequireOverrideTheDocumentation() {
    Promise may = new Promise(false, "It may lose.");
    assertThat(Promises.required("documented", may)).isSameAs(may);
    assertThat(Promises.required("keeps", may).keeps()).isTrue();
    assertThat(Promises.required("none", new Promise(true, "Keeps.")).keeps()).isFalse();
    assertThatThrownBy(() -> Promises.required("keep", may))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Did you mean keeps?");
  }

  @Test
  void shouldTellALinkThatFailsRequestsFromOneThatIsSlow() {
    Configuration async = new Configuration("single", "async", Map.of());
    for (Map<String, Object> slow :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("toxic", "bandwidth"),
            Map.of("toxic", "bandwidth", "rate_kb_s", 0L))) {
      assertThat(documented(async, link(slow)).keeps()).as("%s", slow).isTrue();
    }
    for (Map<String, Object> failing :
        List.<Map<String, Object>>of(
            Map.of("toxic", "reset_peer"),
            Map.of("toxic", "timeout"),
            Map.of("toxic", "timeout", "timeout_ms", 500L))) {
      assertThat(documented(async, link(failing)).keeps()).as("%s", failing).isFalse();
    }
  }

  private static Schedule.Entry link(Map<String, Object> attributes) {
    return new Schedule.Entry(1, 1_000, "disk-link", "one", List.of("n0"), attributes);
  }

  private static Promise documented(Configuration configuration, Schedule.Entry... entries) {
    return Promises.documented(
        configuration,
        new Schedule(1, 100_000, List.of(entries)),
        List.of(List.of("n0", "n1", "n2")));
  }

  private static Schedule.Entry entry(long at, String fault, String target, String... nodes) {
    return new Schedule.Entry(at, 1_000, fault, target, List.of(nodes), Map.of());
  }
}
