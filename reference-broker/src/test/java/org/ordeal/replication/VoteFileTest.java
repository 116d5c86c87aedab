package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.entity.PeerId;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.store.SimulatedDisk;

class VoteFileTest {
  private static final Path FILE = Path.of("/n0/vote");
  private static final int VOTES = 6;

  private static VoteFile open(SimulatedDisk disk) {
    var file = new VoteFile(disk, FILE);
    assertThat(file.init(null)).isTrue();
    return file;
  }

  private static PeerId candidate(long term) {
    return new PeerId("127.0.0.1", (int) (7000 + term));
  }

  /** A vote that is forgotten is a vote that can be given twice. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void shouldRememberTheLastVoteAtWhicheverStepThePowerGoes(double kept) {
    var random = new Random(11);
    var told = 0L;
    for (var step = 1; told < VOTES; step++) {
      var disk = new SimulatedDisk();
      disk.losePowerAt(step);
      var file = new VoteFile(disk, FILE);
      told = 0;
      if (file.init(null)) {
        while (told < VOTES && file.setTermAndVotedFor(told + 1, candidate(told + 1))) {
          told++;
        }
      }
      var again = open(disk.powerLoss(random, kept));
      assertThat(again.getTerm()).as("step %d", step).isBetween(told, told + 1);
      assertThat(again.getVotedFor())
          .as("step %d", step)
          .isEqualTo(again.getTerm() == 0 ? PeerId.emptyPeer() : candidate(again.getTerm()));
    }
  }

  @Test
  void shouldRefuseToVoteAgainWhereBothSlotsAreDamaged() {
    var disk = new SimulatedDisk();
    var file = open(disk);
    assertThat(file.setTermAndVotedFor(1, candidate(1))).isTrue();
    assertThat(file.setTermAndVotedFor(2, candidate(2))).isTrue();
    disk.flipBit(FILE, 16, 0);
    assertThat(open(disk).getTerm()).as("the other slot").isEqualTo(1);
    disk.flipBit(FILE, 4096 + 16, 0);
    assertThat(new VoteFile(disk, FILE).init(null)).isFalse();
  }

  @Test
  void shouldSayNoOnceAForceHasFailed() {
    var disk = new SimulatedDisk();
    var file = open(disk);
    assertThat(file.setTerm(1)).isTrue();
    disk.failForces(1);
    assertThat(file.setTermAndVotedFor(2, candidate(2))).isFalse();
    assertThat(file.setTermAndVotedFor(3, candidate(3))).as("a second try").isFalse();
    assertThat(open(disk).getTerm()).isEqualTo(1);
  }
}
