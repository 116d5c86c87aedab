package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.Identity.Standing;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.SimulatedDisk;

class IdentityTest {
  @TempDir Path root;

  private ReplicaConfig config() throws IOException {
    return Drafts.config(root, Drafts.members(3), "n0", Flush.ASYNC, 1 << 16);
  }

  @Test
  void shouldRememberTheFirstIncarnationOnly() throws Exception {
    var config = config();
    var disk = new SimulatedDisk();
    var identity = Identity.open(disk, config);
    assertThat(identity.meet("n1", "one")).isEqualTo("one");
    assertThat(identity.meet("n1", "two")).isEqualTo("one");
    identity.become(Standing.MEMBER);
    assertThat(identity.meet("n1", "two")).isEqualTo("one");
    assertThat(identity.meet("n3", "late")).as("no founder").isEmpty();
    var again = Identity.open(disk.powerLoss(new Random(1), 0), config);
    assertThat(again.incarnation()).isEqualTo(identity.incarnation());
    assertThat(again.standing()).isEqualTo(Standing.MEMBER);
    assertThat(again.meet("n1", "two")).isEqualTo("one");
  }

  /** Whatever was told is still there, at whichever step of the disk the power goes. */
  @Test
  void shouldKeepWhatWasToldOverAPowerLossAtEveryStep() throws Exception {
    var config = config();
    var random = new Random(3);
    for (var step = 1; ; step++) {
      var disk = new SimulatedDisk();
      disk.losePowerAt(step);
      var told = "";
      var met = false;
      var took = false;
      try {
        var identity = Identity.open(disk, config);
        told = identity.incarnation();
        identity.meet("n1", "one");
        met = true;
        identity.become(Standing.MEMBER);
        took = true;
      } catch (IOException e) {
        assertThat(took).isFalse();
      }
      var again = Identity.open(disk.powerLoss(random, 0.5), config);
      if (!told.isEmpty()) {
        assertThat(again.incarnation()).as("step %d", step).isEqualTo(told);
      }
      if (met) {
        assertThat(again.meet("n1", "two")).as("step %d", step).isEqualTo("one");
      }
      if (took) {
        assertThat(again.standing()).as("step %d", step).isEqualTo(Standing.MEMBER);
        assertThat(step).isGreaterThan(15);
        return;
      }
    }
  }
}
