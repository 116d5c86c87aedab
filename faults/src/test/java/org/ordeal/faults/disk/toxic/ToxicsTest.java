package org.ordeal.faults.disk.toxic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ordeal.faults.disk.DiskToxic;

/** Under which faults a disk takes nothing, so that nothing is written back by age either. */
class ToxicsTest {
  private final Toxics toxics = new Toxics("d");

  private boolean standsStill(DiskToxic toxic) {
    toxics.add(toxic);
    boolean disk = toxics.standstill();
    assertThat(toxics.standstill(() -> "f")).as("%s of its files", toxic).isEqualTo(disk);
    toxics.remove(toxic.name());
    assertThat(toxics.standstill()).as("%s, removed", toxic).isFalse();
    return disk;
  }

  @Test
  void shouldStandStillWhereWritesOrSyncsHangOrFail() {
    for (DiskToxic toxic :
        List.of(
            DiskToxic.hang("t"),
            DiskToxic.hang("t").onOperations("fsync"),
            DiskToxic.error("t", "fsync"),
            DiskToxic.error("t", "write", "read"),
            DiskToxic.error("t", "write").with("count", 1))) {
      assertThat(standsStill(toxic)).as("%s", toxic).isTrue();
    }
  }

  @Test
  void shouldGoOnWhereTheDiskTakesWhatIsWritten() {
    for (DiskToxic toxic :
        List.of(
            DiskToxic.stall("t", Duration.ofDays(1)),
            DiskToxic.slowFsync("t", Duration.ofDays(1)),
            DiskToxic.slow("t", 1),
            DiskToxic.full("t", 0),
            DiskToxic.failFsyncOnceThenLie("t"),
            DiskToxic.error("t", "read"),
            DiskToxic.hang("t").onOperations("read", "open"),
            DiskToxic.hang("t").withToxicity(0.5))) {
      assertThat(standsStill(toxic)).as("%s", toxic).isFalse();
    }
  }

  @Test
  void shouldGoOnOnceAllFailuresAreSpent() {
    toxics.add(DiskToxic.error("t", "fsync").with("count", 1));
    assertThat(toxics.standstill()).isTrue();
    assertThat(toxics.act(1, 0, Kind.FSYNC, () -> "f", 0, () -> 0).verdict())
        .isEqualTo(Toxics.Verdict.FAIL);
    assertThat(toxics.standstill()).isFalse();
  }

  @Test
  void shouldStandStillForTheFilesOfItsPathAlone() {
    toxics.add(new DiskToxic("t", DiskToxic.DISK_STALL, "both", 1, Map.of()).onPath("commitlog/*"));
    assertThat(toxics.standstill()).isFalse();
    assertThat(toxics.standstill(() -> "commitlog/0")).isTrue();
    assertThat(toxics.standstill(() -> "topics.json")).isFalse();
  }
}
