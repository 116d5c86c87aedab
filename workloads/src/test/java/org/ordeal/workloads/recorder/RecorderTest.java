package org.ordeal.workloads.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

class RecorderTest {

  private static final long ORIGIN = System.nanoTime();

  @TempDir Path directory;

  private Recorder open(int segmentBytes) throws IOException {
    return Recorder.open(directory, 10, 1_000_000, ORIGIN, segmentBytes);
  }

  private List<Operation> merged() throws IOException {
    List<Operation> operations = new ArrayList<>();
    HistoryMerge.open(List.of(directory), Collections.emptyIterator())
        .forEachRemaining(operations::add);
    return operations;
  }

  @Test
  void shouldReadBackWhatWasRecorded() throws IOException {
    try (Recorder recorder = open(4096)) {
      RecordedProcess process = recorder.newProcess();
      process.invoke("send", "t0-b-0", null, "v1");
      process.ok("n0", List.of(3L, "v1"));
      process.invoke("drain", "t0-b-0", "n1", null);
      process.info(null, null, "time-out");
      process.invoke("send", "t0-b-1", null, "ü");
      process.fail("n1", null, "busy");
    }

    List<Operation> history = merged();

    assertThat(history).extracting(Operation::index).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(history)
        .extracting(Operation::type)
        .containsExactly(
            OperationType.INVOKE,
            OperationType.OK,
            OperationType.INVOKE,
            OperationType.INFO,
            OperationType.INVOKE,
            OperationType.FAIL);
    assertThat(history.get(1).value()).isEqualTo(List.of(3L, "v1"));
    assertThat(history.get(1).node()).isEqualTo("n0");
    assertThat(history.get(3).error()).isEqualTo("time-out");
    assertThat(history.get(4).value()).isEqualTo("ü");
  }

  @Test
  void shouldRetireAProcessWhoseOutcomeNobodyKnows() throws IOException {
    try (Recorder recorder = open(4096)) {
      RecordedProcess process = recorder.newProcess();
      int before = process.number();
      process.invoke("send", "k", null, "v");
      process.info(null, null, "lost");

      assertThat(process.number()).isGreaterThan(before);
    }
  }

  @Test
  void shouldKeepEveryEventOfManyWritersAcrossSegments() throws Exception {
    int writers = 8;
    int each = 2_000;
    try (Recorder recorder = open(16 * 1024)) {
      List<Thread> threads = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      RecordedProcess process = recorder.newProcess();
                      for (int i = 0; i < each; i++) {
                        process.invoke("send", "k", null, writer + ":" + i);
                        process.ok("n0", List.of((long) i, writer + ":" + i));
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    List<Operation> history = merged();

    assertThat(history).hasSize(writers * each * 2);
    assertThat(history).extracting(Operation::time).isSorted();
    // The rules of a history (no process with two open operations, and so on) hold.
    try (OperationStream stream = HistorySource.of("merged", history).open()) {
      while (stream.hasNext()) {
        stream.next();
      }
    }
    Set<Object> values = new HashSet<>();
    history.stream()
        .filter(operation -> operation.type() == OperationType.INVOKE)
        .forEach(operation -> values.add(String.valueOf(operation.value())));
    assertThat(values).hasSize(writers * each);
  }

  @Test
  void shouldContinueProcessNumbersInItsNextLife() throws IOException {
    RecordedProcess first;
    try (Recorder recorder = open(4096)) {
      first = recorder.newProcess();
      first.invoke("send", "k", null, "left open by a kill");
    }
    try (Recorder recorder = open(4096)) {
      RecordedProcess second = recorder.newProcess();
      assertThat(second.number()).isGreaterThan(first.number());
      second.invoke("send", "k", null, "after");
      second.ok("n0", List.of(0L, "after"));
    }

    assertThat(merged())
        .extracting(Operation::value)
        .containsExactly("left open by a kill", "after", List.of(0L, "after"));
  }

  @Test
  void shouldSkipAHoleThatAKillLeft() throws IOException {
    try (Recorder recorder = open(4096)) {
      RecordedProcess process = recorder.newProcess();
      process.invoke("send", "k", null, "before the hole");
      process.ok("n0", List.of(0L, "in the hole"));
      RecordedProcess other = recorder.newProcess();
      other.invoke("send", "k", null, "behind the hole");
    }
    int invokeBytes =
        Frame.encode(0, 0, 0, OperationType.INVOKE, "send", "before the hole", "k", null, null)
            .length;
    try (RandomAccessFile file =
        new RandomAccessFile(SegmentFile.in(directory).getFirst().path().toFile(), "rw")) {
      file.seek(SegmentFile.HEADER_BYTES + invokeBytes);
      file.write(new byte[Frame.HEADER_BYTES]);
    }

    assertThat(merged())
        .extracting(Operation::value)
        .containsExactly("before the hole", "behind the hole");
  }

  @Test
  void shouldNotTrustAFrameWhoseBytesWereChanged() throws IOException {
    try (Recorder recorder = open(4096)) {
      recorder.newProcess().invoke("send", "k", null, "sound");
      recorder.newProcess().invoke("send", "k", null, "spoilt");
    }
    int bytes =
        Frame.encode(0, 0, 0, OperationType.INVOKE, "send", "sound", "k", null, null).length;
    try (RandomAccessFile file =
        new RandomAccessFile(SegmentFile.in(directory).getFirst().path().toFile(), "rw")) {
      file.seek(SegmentFile.HEADER_BYTES + bytes + 20);
      file.write(0x55);
    }

    assertThat(merged()).extracting(Operation::value).containsExactly("sound");
  }

  @Test
  void shouldOrderEventsByTimeHoweverLateTheyWereWritten() throws IOException {
    try (Recorder recorder = open(4096)) {
      for (int i = 1; i <= 20_000; i++) {
        recorder.append(1000L + i, 0, 1, OperationType.INVOKE, "x", (long) i, null, null, null);
      }
      recorder.append(5, 0, 2, OperationType.INVOKE, "x", 0L, null, null, null);
    }

    List<Operation> history = merged();

    assertThat(history.getFirst().value()).isEqualTo(0L);
    assertThat(history).extracting(Operation::time).isSorted();
  }

  @Test
  void shouldMergeClientsAndOthersByTimeWithInvocationsFirst(@TempDir Path otherClient)
      throws IOException {
    try (Recorder a = open(4096);
        Recorder b = Recorder.open(otherClient, 100, 200, System.nanoTime(), 4096)) {
      a.append(10, 7, 10, OperationType.INVOKE, "send", "a", null, null, null);
      a.append(20, -1, 10, OperationType.OK, "send", "a", null, null, null);
      b.append(20, 20, 100, OperationType.INVOKE, "send", "b", null, null, null);
    }
    Operation fault =
        new Operation(
            99, 15, Operation.NEMESIS, OperationType.INFO, "kill", null, null, null, null);

    HistoryMerge merge =
        HistoryMerge.open(List.of(directory, otherClient), List.of(fault).iterator());
    List<String> order = new ArrayList<>();
    Map<String, Long> due = new HashMap<>();
    while (merge.hasNext()) {
      Operation operation = merge.next();
      String name = operation.f() + operation.value() + operation.type();
      order.add(name);
      due.put(name, merge.intendedNanos());
    }

    assertThat(order).containsExactly("sendaINVOKE", "killnullINFO", "sendbINVOKE", "sendaOK");
    assertThat(due).containsEntry("sendaINVOKE", 7L).containsEntry("killnullINFO", -1L);
  }

  @Test
  void shouldRefuseASecondInvocationOfABusyProcess() throws IOException {
    try (Recorder recorder = open(4096)) {
      RecordedProcess process = recorder.newProcess();
      process.invoke("send", "k", null, "v");

      assertThatThrownBy(() -> process.invoke("send", "k", null, "w"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("still open");
    }
  }
}
