package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.HistoryMerge;
import org.ordeal.workloads.recorder.Recorder;

class LoadGeneratorTest {

  @TempDir Path directory;

  private Recorder recorder() throws Exception {
    return Recorder.open(directory, 0, 100_000, System.nanoTime(), 1 << 20);
  }

  private static Request.Load load(double rate, long millis) {
    return new Request.Load(
        "test", new Layout(List.of("t"), List.of("b"), 2), 1, rate, 1, 0, millis, 1_000, Map.of());
  }

  private static ClientProgram.Traffic traffic(ClientProgram.Step even, ClientProgram.Step odd) {
    AtomicInteger count = new AtomicInteger();
    return new ClientProgram.Traffic() {
      @Override
      public List<Integer> lanes() {
        return List.of(1, 1);
      }

      @Override
      public ClientProgram.Draw next() {
        int lane = count.getAndIncrement() % 2;
        return new ClientProgram.Draw(lane, lane == 0 ? even : odd);
      }
    };
  }

  @Test
  void shouldKeepTheRateOfOneLaneWhileAnotherStallsAndCountLatencyFromWhenItWasDue()
      throws Exception {
    CountDownLatch stall = new CountDownLatch(1);
    AtomicInteger stalled = new AtomicInteger();
    AtomicInteger free = new AtomicInteger();
    try (Recorder recorder = recorder()) {
      LoadGenerator generator =
          LoadGenerator.start(
              recorder,
              load(200, 60_000),
              traffic(
                  process -> {
                    process.invoke("send", "stalled", null, "v");
                    stall.await();
                    process.ok("n", "v");
                    stalled.incrementAndGet();
                  },
                  process -> {
                    process.invoke("send", "free", null, "v");
                    process.ok("n", "v");
                    free.incrementAndGet();
                  }));
      await().until(() -> free.get() >= 50);
      Reply.Progress during = generator.progress();
      assertThat(during.outstanding()).isPositive();
      assertThat(during.waiting()).isPositive();
      assertThat(stalled).hasValue(0);
      stall.countDown();
      await().until(() -> stalled.get() >= 40);
      Reply.Progress stopped = generator.stop(5_000);
      assertThat(stopped.outstanding()).isZero();
      assertThat(stopped.attempted()).isEqualTo(stopped.ok());
    }

    HistoryMerge merge = HistoryMerge.open(List.of(directory), Collections.emptyIterator());
    long longestWait = 0;
    while (merge.hasNext()) {
      Operation operation = merge.next();
      if (operation.type() == OperationType.INVOKE && "stalled".equals(operation.key())) {
        longestWait = Math.max(longestWait, operation.time() - merge.intendedNanos());
      }
    }
    // The second operation of the stalled lane was due 10 ms after the first, some 240 ms before
    // the fiftieth of the free lane.
    assertThat(Duration.ofNanos(longestWait)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void shouldLeaveOpenWhatHasNotEndedAndGiveAFailedStepAnUnknownOutcome() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger thrown = new AtomicInteger();
    try (Recorder recorder = recorder()) {
      LoadGenerator generator =
          LoadGenerator.start(
              recorder,
              load(100, 60_000),
              traffic(
                  process -> {
                    process.invoke("send", "k", null, "open");
                    never.await();
                  },
                  process -> {
                    process.invoke("send", "k", null, "thrown");
                    thrown.incrementAndGet();
                    throw new IllegalStateException("a bug in a step");
                  }));
      // A step that has thrown is recorded a moment later.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  thrown.get() >= 2
                      && generator.progress().outstanding() >= 1
                      && generator.progress().indeterminate() >= 2);
      Reply.Progress stopped = generator.stop(2_000);
      assertThat(stopped.outstanding()).isEqualTo(1);
      assertThat(stopped.indeterminate()).isGreaterThanOrEqualTo(2);

      List<Operation> history = new ArrayList<>();
      HistoryMerge.open(List.of(directory), Collections.emptyIterator())
          .forEachRemaining(history::add);
      assertThat(history)
          .filteredOn(o -> o.type() == OperationType.INFO)
          .allSatisfy(o -> assertThat(o.error()).contains("a bug in a step"));
      generator.end();
    }
  }

  @Test
  void shouldEndByItselfWhenItsTimeIsOver() throws Exception {
    try (Recorder recorder = recorder()) {
      ClientProgram.Step step =
          process -> {
            process.invoke("send", "k", null, "v");
            process.ok("n", "v");
          };
      LoadGenerator generator = LoadGenerator.start(recorder, load(100, 200), traffic(step, step));

      await().until(() -> !generator.progress().running());
      Reply.Progress stopped = generator.stop(5_000);

      assertThat(stopped.attempted() + stopped.skipped()).isEqualTo(20);
    }
  }
}
