package org.ordeal.workloads.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.RecordedProcess;
import org.ordeal.workloads.recorder.Recorder;
import org.ordeal.workloads.recorder.Tally;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an open load on the system: the n-th operation is due at start + n / rate, whatever became
 * of those before it.
 *
 * <p>Each lane has a fixed number of processes, one virtual thread each. An operation that is due
 * while all processes of its lane are busy waits for one; its latency counts from when it was due,
 * so a stall shows in every operation that it delayed and not only in those that were under way.
 * What is overdue by more than {@link #OVERDUE_MILLIS} is skipped and counted: a load that fell
 * short says by how much.
 */
final class LoadGenerator {

  /** How late an operation may begin. */
  static final long OVERDUE_MILLIS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(LoadGenerator.class);

  private record Due(ClientProgram.Step step, long atNanos) {}

  private final Recorder recorder;
  private final Request.Load load;
  private final ClientProgram.Traffic traffic;
  private final Tally tally = new Tally();
  private final LongAdder skipped = new LongAdder();
  private final List<BlockingQueue<Due>> lanes = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private final List<Thread> readers = new ArrayList<>();
  private final Thread pacer;
  private volatile boolean pacing = true;
  private volatile boolean stopped;

  private LoadGenerator(Recorder recorder, Request.Load load, ClientProgram.Traffic traffic) {
    this.recorder = recorder;
    this.load = load;
    this.traffic = traffic;
    this.pacer = Thread.ofPlatform().daemon().name("pacer").unstarted(this::pace);
  }

  /** Starts a load. */
  static LoadGenerator start(Recorder recorder, Request.Load load, ClientProgram.Traffic traffic) {
    LoadGenerator generator = new LoadGenerator(recorder, load, traffic);
    List<Integer> processes = traffic.lanes();
    for (int lane = 0; lane < processes.size(); lane++) {
      BlockingQueue<Due> queue = new LinkedBlockingQueue<>();
      generator.lanes.add(queue);
      for (int i = 0; i < processes.get(lane); i++) {
        generator.workers.add(
            Thread.ofVirtual()
                .name("process-" + lane + "-" + i)
                .start(() -> generator.work(queue)));
      }
    }
    traffic
        .background()
        .forEach(
            (name, reader) ->
                generator.readers.add(
                    Thread.ofVirtual().name(name).start(() -> generator.read(name, reader))));
    generator.pacer.start();
    return generator;
  }

  private void pace() {
    double intervalNanos = 1e9 / load.ratePerSecond();
    long start = Math.max(load.startNanos(), recorder.now());
    long end = start + TimeUnit.MILLISECONDS.toNanos(load.durationMillis());
    for (long n = 0; !stopped; n++) {
      long due = start + (long) (n * intervalNanos);
      if (due >= end) {
        break;
      }
      for (long left; !stopped && (left = due - recorder.now()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      ClientProgram.Draw draw = traffic.next();
      if (!stopped) {
        lanes.get(draw.lane()).add(new Due(draw.step(), due));
      }
    }
    pacing = false;
  }

  private void work(BlockingQueue<Due> lane) {
    RecordedProcess process = recorder.newProcess(tally);
    while (!stopped) {
      Due due;
      try {
        due = lane.poll(100, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
      if (due == null) {
        if (!pacing && lane.isEmpty()) {
          return;
        }
        continue;
      }
      if (recorder.now() - due.atNanos > TimeUnit.MILLISECONDS.toNanos(OVERDUE_MILLIS)) {
        skipped.increment();
        continue;
      }
      process.due(due.atNanos);
      if (!run(() -> due.step.run(process), process)) {
        return;
      }
    }
  }

  private void read(String name, ClientProgram.Background reader) {
    RecordedProcess process = recorder.newProcess();
    while (!stopped && run(() -> reader.run(process), process)) {
      log.debug("Background reader {} goes round again", name);
    }
  }

  private interface Interruptible {
    void run() throws InterruptedException;
  }

  /** Runs it; returns whether to go on. An operation that it left open has an unknown outcome. */
  private static boolean run(Interruptible step, RecordedProcess process) {
    boolean goOn = true;
    String failure = "the step returned without an outcome";
    try {
      step.run();
    } catch (InterruptedException e) {
      failure = "interrupted";
      goOn = false;
    } catch (RuntimeException | Error e) {
      // An Error too: a client version that lacks a method must show in the history.
      log.error("A step of the load failed", e);
      failure = Outcomes.text(e);
    }
    if (process.isOpen()) {
      process.info(null, null, failure);
    }
    return goOn && !Thread.currentThread().isInterrupted();
  }

  /** How far the load is. */
  Reply.Progress progress() {
    long ended = tally.ok() + tally.failed() + tally.indeterminate();
    long attempted = tally.attempted();
    return new Reply.Progress(
        pacing,
        attempted,
        tally.ok(),
        tally.failed(),
        tally.indeterminate(),
        Math.max(0, attempted - ended),
        lanes.stream().mapToLong(BlockingQueue::size).sum(),
        skipped.sum());
  }

  /**
   * Begins no more operations and waits for those under way.
   *
   * @param graceMillis how long to wait; what has not ended then stays open
   */
  Reply.Progress stop(long graceMillis) throws InterruptedException {
    stopped = true;
    LockSupport.unpark(pacer);
    pacer.join();
    readers.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMillis);
    for (List<Thread> threads : List.of(workers, readers)) {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    }
    lanes.forEach(lane -> skipped.add(lane.size()));
    lanes.forEach(BlockingQueue::clear);
    return progress();
  }

  /** Stops at once and frees what the traffic holds. */
  void end() throws InterruptedException {
    stop(0);
    workers.forEach(Thread::interrupt);
    traffic.close();
  }
}
