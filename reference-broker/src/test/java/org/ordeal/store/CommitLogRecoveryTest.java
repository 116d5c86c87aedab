package org.ordeal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.store.CommitLog.OnDamage;

class CommitLogRecoveryTest {
  private static final Path DIRECTORY = Path.of("/log");
  private static final int SEGMENT_BYTES = 2000;

  private static CommitLog open(Disk disk, OnDamage onDamage) throws IOException {
    return CommitLog.open(
        disk,
        DIRECTORY,
        new CommitLog.Options(SEGMENT_BYTES, onDamage, type -> type == 3, () -> 1L));
  }

  private static LogRecord record(long index, long term) {
    var body = new byte[(int) (index * 37 % 300)];
    new Random(index * 31 + term).nextBytes(body);
    return new LogRecord(index % 10 == 0 ? 3 : 2, index, term, ByteBuffer.wrap(body));
  }

  private static CommitLog.Read read(CommitLog log, long index) throws IOException {
    return Objects.requireNonNull(log.read(index), () -> "no record " + index);
  }

  private static void write(CommitLog log, long from, long to, long term) throws IOException {
    for (var index = from; index <= to; index++) {
      log.append(List.of(record(index, term)), true);
    }
  }

  private static void check(CommitLog log, long from, long to, long term) throws IOException {
    for (var index = from; index <= to; index++) {
      var read = read(log, index);
      var expected = record(index, term);
      assertThat(read.record().payload()).isEqualTo(expected.payload());
      assertThat(read.record().term()).isEqualTo(term);
      assertThat(log.positionOf(index)).isEqualTo(read.position());
      assertThat(log.term(index)).isEqualTo(term);
    }
  }

  @Test
  void shouldReadBackOverManySegments() throws IOException {
    var disk = new SimulatedDisk();
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 200, 1);
      check(log, 1, 200, 1);
      assertThat(log.segmentPaths()).hasSizeGreaterThan(10);
      assertThat(log.landmarks()).hasSize(20);
    }
    try (var log = open(disk.powerLoss(new Random(1), 0), OnDamage.REFUSE)) {
      assertThat(log.lastIndex()).isEqualTo(200);
      check(log, 1, 200, 1);
      assertThat(log.landmarks()).hasSize(20);
    }
  }

  @Test
  void shouldServeEverythingBeforeACutAtAnyByte() throws IOException {
    var disk = new SimulatedDisk();
    var ends = new ArrayList<Long>();
    Path last;
    long base;
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 36, 1);
      last = log.segmentPaths().getLast();
      base = Long.parseLong(last.getFileName().toString());
      for (var index = 1L; index <= 36; index++) {
        ends.add(log.positionOf(index) + record(index, 1).size());
      }
    }
    for (var cut = Segment.HEADER_BYTES; cut <= disk.sizeOf(last); cut++) {
      var damaged = disk.copy();
      damaged.cut(last, cut);
      var cutAt = base + cut - Segment.HEADER_BYTES;
      var whole = (int) ends.stream().filter(end -> end <= cutAt).count();
      try (var log = open(damaged, OnDamage.REFUSE)) {
        assertThat(log.lastIndex()).as("cut at %d", cutAt).isEqualTo(whole);
        check(log, Math.max(1, whole - 3), whole, 1);
        write(log, whole + 1, whole + 1, 2);
        check(log, whole + 1, whole + 1, 2);
      }
    }
  }

  @Test
  void shouldNeverServeAFlippedBitAndNeverCutWhatWasForcedUnseen() throws IOException {
    var disk = new SimulatedDisk();
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 60, 1);
    }
    var random = new Random(7);
    for (var round = 0; round < 400; round++) {
      var damaged = disk.copy();
      var files = damaged.list(DIRECTORY).stream().filter(n -> n.matches("\\d{20}")).toList();
      var file = DIRECTORY.resolve(files.get(random.nextInt(files.size())));
      damaged.flipBit(file, random.nextLong(damaged.sizeOf(file)), random.nextInt(8));
      try (var log = open(damaged.copy(), OnDamage.REFUSE)) {
        // Only damage in the very last record can pass for a torn tail.
        assertThat(log.lastIndex()).isGreaterThanOrEqualTo(59);
        readAllOrDamage(log);
      } catch (DamagedLogException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
      try (var log = open(damaged, OnDamage.SET_ASIDE)) {
        readAllOrDamage(log);
        write(log, log.lastIndex() + 1, log.lastIndex() + 3, 2);
      }
    }
  }

  private static void readAllOrDamage(CommitLog log) throws IOException {
    for (var index = 1L; index <= log.lastIndex(); index++) {
      try {
        var read = read(log, index);
        assertThat(read.record().payload()).isEqualTo(record(index, 1).payload());
      } catch (DamagedLogException e) {
        return; // Said, not served.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void shouldSurviveAPowerLossAtEachStep(double kept) throws IOException {
    var counting = new SimulatedDisk();
    workload(counting, new Progress());
    for (var step = 1L; step <= counting.operations(); step++) {
      var disk = new SimulatedDisk();
      disk.losePowerAt(step);
      var progress = new Progress();
      try {
        workload(disk, progress);
      } catch (IOException e) {
        // The power is gone, or the log has failed because of it.
      }
      var after = disk.powerLoss(new Random(step), kept);
      try (var log = open(after, OnDamage.REFUSE)) {
        verify(log, progress, "power lost at step " + step);
      }
    }
  }

  /** What is certain at the moment. */
  private static final class Progress {
    long acknowledged;
    long mayReach;
    long cutFrom = Long.MAX_VALUE;
    long firstIndex = 1;
  }

  private static void workload(Disk disk, Progress progress) throws IOException {
    try (var log = open(disk, OnDamage.REFUSE)) {
      for (var index = 1L; index <= 40; index++) {
        progress.mayReach = index;
        log.append(List.of(record(index, 1)), true);
        progress.acknowledged = index;
      }
      progress.cutFrom = 14;
      progress.acknowledged = 13;
      log.truncateSuffix(13);
      for (var index = 14L; index <= 30; index++) {
        log.append(List.of(record(index, 2)), true);
        progress.acknowledged = index;
      }
      log.saveIndex();
      log.truncatePrefix(20);
      progress.firstIndex = 20;
      log.deleteBefore(log.positionOf(20));
    }
  }

  private static void verify(CommitLog log, Progress progress, String when) throws IOException {
    assertThat(log.lastIndex()).as(when).isGreaterThanOrEqualTo(progress.acknowledged);
    assertThat(log.lastIndex()).as(when).isLessThanOrEqualTo(progress.mayReach);
    assertThat(log.firstIndex()).as(when).isLessThanOrEqualTo(20);
    assertThat(log.firstIndex()).as(when).isGreaterThanOrEqualTo(progress.firstIndex);
    var terms = new ArrayList<Long>();
    for (var index = log.firstIndex(); index <= log.lastIndex(); index++) {
      var read = read(log, index);
      terms.add(read.record().term());
      assertThat(read.record().payload())
          .as(when)
          .isEqualTo(record(index, read.record().term()).payload());
      if (index >= progress.cutFrom && index <= progress.acknowledged) {
        assertThat(read.record().term()).as(when + ", index " + index).isEqualTo(2);
      }
    }
    assertThat(terms).as(when).isSorted();
  }

  @Test
  void shouldNeverRepeatAFailedForce() throws IOException {
    var disk = new SimulatedDisk();
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 3, 1);
      var stable = log.stablePosition();
      disk.failForces(1);
      assertThatThrownBy(() -> write(log, 4, 4, 1)).hasMessageContaining("Input/output error");
      assertThatThrownBy(() -> write(log, 5, 5, 1)).hasMessageContaining("failed before");
      assertThatThrownBy(log::force).hasMessageContaining("failed before");
      assertThat(log.stablePosition()).isEqualTo(stable);
      assertThat(log.failure()).isNotNull();
      check(log, 1, 3, 1);
    }
    try (var log = open(disk.powerLoss(new Random(1), 0), OnDamage.REFUSE)) {
      assertThat(log.lastIndex()).isEqualTo(3);
    }
  }

  @Test
  void shouldGoOnWhenAFullDiskHasRoomAgain() throws IOException {
    var disk = new SimulatedDisk();
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 7, 1);
      disk.limitRoom(100);
      assertThatThrownBy(() -> write(log, 8, 8, 1)).isInstanceOf(NoSpaceException.class);
      check(log, 1, 7, 1);
      disk.limitRoom(Long.MAX_VALUE);
      write(log, 8, 60, 1);
      check(log, 1, 60, 1);
    }
  }

  @Test
  void shouldIgnoreStaleRecordsOfAnEarlierTerm() throws IOException {
    var disk = new SimulatedDisk();
    try (var log = open(disk, OnDamage.REFUSE)) {
      write(log, 1, 5, 5);
    }
    try (var log = open(disk, OnDamage.REFUSE)) {
      log.truncateSuffix(2);
      write(log, 3, 3, 6);
      assertThat(log.lastIndex()).isEqualTo(3);
      assertThat(log.read(4)).isNull();
    }
    try (var log = open(disk.powerLoss(new Random(3), 0), OnDamage.REFUSE)) {
      assertThat(log.lastIndex()).isEqualTo(3);
      assertThat(log.term(3)).isEqualTo(6);
    }
  }
}
