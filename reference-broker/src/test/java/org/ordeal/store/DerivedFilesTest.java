package org.ordeal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DerivedFilesTest {
  private static final Path QUEUE = Path.of("/store/consumequeue/T/0@1");
  private static final Path INDEX = Path.of("/store/index");

  private static ConsumeQueue filled(Disk disk, int units) {
    var queue = ConsumeQueue.create(disk, QUEUE);
    for (var i = 0; i < units; i++) {
      assertThat(queue.append(i * 100L, 90, i % 3)).isEqualTo(i);
    }
    return queue;
  }

  @Test
  void shouldReadUnitsFromMemoryAndFromFilesAlike() throws IOException {
    var disk = new SimulatedDisk();
    try (var queue = filled(disk, 1000)) {
      queue.write(600);
      for (var offset : new long[] {0, 599, 600, 999}) {
        var units = queue.read(offset, 10);
        assertThat(units.first()).isEqualTo(offset);
        assertThat(units.position()[0]).isEqualTo(offset * 100);
      }
      assertThat(queue.read(598, 10).count()).isEqualTo(2);
      assertThatThrownBy(() -> queue.read(1000, 1)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldCutBackToTheCheckpointAndAppendAgain() throws IOException {
    var disk = new SimulatedDisk();
    try (var queue = filled(disk, 1000)) {
      queue.write(800);
      queue.force();
      queue.write(1000);
    }
    try (var queue = ConsumeQueue.open(disk.powerLoss(new Random(1), 0.5), QUEUE, 0, 700)) {
      assertThat(queue.maxOffset()).isEqualTo(700);
      assertThat(queue.append(70_000, 90, 0)).isEqualTo(700);
      queue.write(701);
      assertThat(queue.read(700, 1).position()[0]).isEqualTo(70_000);
    }
  }

  @Test
  void shouldSayThatAQueueIsShorterThanItsCheckpoint() throws IOException {
    var disk = new SimulatedDisk();
    try (var queue = filled(disk, 100)) {
      queue.write(100);
      queue.force();
    }
    assertThatThrownBy(() -> ConsumeQueue.open(disk, QUEUE, 0, 101))
        .hasMessageContaining("should hold");
    assertThatThrownBy(() -> ConsumeQueue.open(new SimulatedDisk(), QUEUE, 0, 1))
        .hasMessageContaining("lacks");
  }

  @Test
  void shouldSeeADamagedUnit() throws IOException {
    var disk = new SimulatedDisk();
    try (var queue = filled(disk, 100)) {
      queue.write(100);
      disk.flipBit(QUEUE.resolve("%020d".formatted(0)), 50 * ConsumeQueue.UNIT_BYTES + 7, 3);
      assertThat(queue.read(49, 1).position()[0]).isEqualTo(4900);
      assertThatThrownBy(() -> queue.read(50, 1)).hasMessageContaining("damaged");
    }
  }

  @Test
  void shouldRaiseTheMinimumToTheFirstMessageThatIsLeft() throws IOException {
    try (var queue = filled(new SimulatedDisk(), 1000)) {
      queue.write(500);
      queue.raiseMinTo(12_345);
      assertThat(queue.minOffset()).isEqualTo(124);
      queue.raiseMinTo(Long.MAX_VALUE);
      assertThat(queue.minOffset()).isEqualTo(1000);
    }
  }

  @Test
  void shouldFindKeysAcrossRunsAndAfterARestart() throws IOException {
    var disk = new SimulatedDisk();
    var many = KeyIndex.RUN_ENTRIES + 1000;
    try (var index = KeyIndex.open(disk, INDEX, 0)) {
      for (var i = 0; i < many; i++) {
        index.add(KeyIndex.hash("T", "k" + i % 50_000), i * 100L);
      }
      assertThat(index.find(KeyIndex.hash("T", "k7"), 10)).containsExactly(5_000_700L, 700L);
      index.save();
      assertThat(index.find(KeyIndex.hash("T", "k7"), 10)).containsExactly(5_000_700L, 700L);
      index.add(KeyIndex.hash("T", "late"), many * 100L);
    }
    var checkpoint = many * 100L;
    try (var index = KeyIndex.open(disk.powerLoss(new Random(1), 0), INDEX, checkpoint)) {
      assertThat(index.find(KeyIndex.hash("T", "k7"), 10)).containsExactly(5_000_700L, 700L);
      assertThat(index.find(KeyIndex.hash("T", "late"), 10)).isEmpty();
      assertThat(index.find(KeyIndex.hash("T", "k" + (many - 1) % 50_000), 1))
          .containsExactly((many - 1) * 100L);
      index.deleteBefore(many * 90L);
    }
  }
}
