package org.ordeal.runner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Injection;
import org.ordeal.faults.NotRecoveredException;
import org.ordeal.faults.Order;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.OperationType;
import org.ordeal.history.Schedule;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.SeededRandom;

/**
 * Carries out a schedule of faults, each entry on a thread of its own, and keeps what really
 * happened.
 *
 * <p>An entry goes: wait for its time and until every earlier one is in force, inject, wait for its
 * end, heal. So a power loss within slow syncs comes after these held a sync back, on a busy
 * machine too. What could not be injected or healed is not thrown: it stays in the records, where
 * the verdict finds it. Safe for use by several threads.
 */
final class Nemesis {

  private final Environment environment;
  private final FaultCatalogue catalogue;
  private final Schedule schedule;
  private final NemesisJournal journal;
  private final Consumer<String> say;
  private final List<Deed> deeds = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile long loadStartNanos;

  Nemesis(
      Environment environment,
      FaultCatalogue catalogue,
      Schedule schedule,
      NemesisJournal journal,
      Consumer<String> say) {
    this.environment = environment;
    this.catalogue = catalogue;
    this.schedule = schedule;
    this.journal = journal;
    this.say = say;
    SeededRandom seeds = new SeededRandom(schedule.seed()).split("injections");
    for (int i = 0; i < schedule.faults().size(); i++) {
      deeds.add(new Deed(i, schedule.faults().get(i), seeds.split("injection " + i).nextLong()));
    }
  }

  /**
   * Begins; returns at once.
   *
   * @param startNanos when the load starts, in nanoseconds since the start of the run
   */
  void start(long startNanos) {
    loadStartNanos = startNanos;
    for (Deed deed : deeds) {
      threads.add(
          Thread.ofVirtual()
              .name("fault-%d-%s".formatted(deed.number, deed.entry.fault()))
              .start(() -> carryOut(deed)));
    }
  }

  /** Waits until every entry was carried out or {@link #stop} was called. */
  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Heals what is in force and begins nothing more; entries that were not begun stay undone. */
  void stop() {
    stop.countDown();
  }

  /**
   * Heals everything that still is in force, trying again until it is healed or the time is over.
   *
   * @return a sentence for each fault that could not be healed
   */
  List<String> healAll(long boundNanos) throws InterruptedException {
    stop();
    await();
    long deadline = System.nanoTime() + boundNanos;
    List<String> unhealed = new ArrayList<>();
    for (Deed deed : deeds.reversed()) {
      while (deed.inForce()) {
        heal(deed);
        if (!deed.inForce()) {
          break;
        }
        if (System.nanoTime() >= deadline) {
          unhealed.add("%s could not be healed: %s".formatted(deed.words(), deed.trouble));
          break;
        }
        TimeUnit.MILLISECONDS.sleep(250);
      }
    }
    return unhealed;
  }

  /** Whether a fault is in force that we could not lift: what it keeps down is our doing. */
  boolean leftInForce() {
    return deeds.stream().anyMatch(deed -> deed.inForce() && !deed.lifted);
  }

  /** Faults in force now, in words. */
  String inForce() {
    return String.join(", ", deeds.stream().filter(Deed::inForce).map(Deed::words).toList());
  }

  /** Every planned fault with its evidence; those that never took have none. */
  List<FaultRecord> records() {
    return deeds.stream().map(Deed::record).toList();
  }

  /** Whether every planned fault was begun. */
  boolean complete() {
    return deeds.stream().allMatch(deed -> deed.begun);
  }

  /** What was really done, to be replayed. */
  Schedule executed() {
    List<Schedule.Entry> entries = new ArrayList<>();
    for (Deed deed : deeds) {
      Injection injection = deed.injection;
      if (injection != null) {
        long at = Math.max(0, injection.startNanos() - loadStartNanos) / 1_000_000;
        long end = deed.endNanos == null ? environment.nanos() : deed.endNanos;
        long length =
            deed.entry.durationMillis() == 0
                ? 0
                : Math.max(
                        1,
                        (deed.healBegunNanos == 0 ? end : deed.healBegunNanos)
                            - injection.startNanos())
                    / 1_000_000;
        entries.add(
            new Schedule.Entry(
                at,
                length,
                deed.entry.fault(),
                deed.entry.target(),
                injection.nodes(),
                injection.attributes()));
      }
    }
    entries.sort(Comparator.comparingLong(Schedule.Entry::atMillis));
    return new Schedule(schedule.seed(), schedule.durationMillis(), entries);
  }

  // ---- one entry ------------------------------------------------------------------------------

  private void carryOut(Deed deed) {
    try {
      try {
        if (awaitStop(loadStartNanos + deed.entry.atMillis() * 1_000_000)) {
          return;
        }
        awaitTried(other -> other.atMillis() < deed.entry.atMillis());
        if (stop.getCount() == 0) {
          return;
        }
        inject(deed);
      } finally {
        deed.tried.countDown();
      }
      Injection injection = deed.injection;
      if (injection != null) {
        awaitStop(injection.startNanos() + deed.entry.durationMillis() * 1_000_000);
        long end = deed.entry.atMillis() + deed.entry.durationMillis();
        awaitTried(other -> deed.entry.atMillis() < other.atMillis() && other.atMillis() < end);
        heal(deed);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitTried(Predicate<Schedule.Entry> which) throws InterruptedException {
    for (Deed deed : deeds) {
      if (which.test(deed.entry)) {
        deed.tried.await();
      }
    }
  }

  /** Waits for a moment of the run; true where the run was stopped before. */
  private boolean awaitStop(long atNanos) throws InterruptedException {
    return stop.await(Math.max(0, atNanos - environment.nanos()), TimeUnit.NANOSECONDS);
  }

  private void inject(Deed deed) throws InterruptedException {
    Schedule.Entry entry = deed.entry;
    deed.begun = true;
    deed.begunNanos = environment.nanos();
    journal.write(OperationType.INVOKE, entry.fault(), value(deed, "inject"), null, null);
    say.accept("inject " + deed.words());
    try {
      Fault fault = catalogue.named(entry.fault());
      Injection injection =
          fault.inject(
              environment,
              new Order(
                  "f" + deed.number, entry.target(), entry.nodes(), entry.attributes(), deed.seed));
      deed.injection = injection;
      journal.write(OperationType.INFO, entry.fault(), value(deed, "in force"), null, null);
    } catch (FaultException | RuntimeException failed) {
      deed.trouble = String.valueOf(failed.getMessage());
      journal.write(OperationType.FAIL, entry.fault(), value(deed, "inject"), null, deed.trouble);
      say.accept("%s was not injected: %s".formatted(deed.words(), deed.trouble));
    }
  }

  private void heal(Deed deed) throws InterruptedException {
    Injection injection = deed.injection;
    if (injection == null) {
      return;
    }
    if (deed.healBegunNanos == 0) {
      deed.healBegunNanos = environment.nanos();
      say.accept("heal " + deed.words());
    }
    journal.write(OperationType.INVOKE, deed.entry.fault(), value(deed, "heal"), null, null);
    try {
      injection.heal();
      deed.endNanos = environment.nanos();
      journal.write(OperationType.INFO, deed.entry.fault(), value(deed, "healed"), null, null);
    } catch (FaultException | RuntimeException failed) {
      deed.lifted = failed instanceof NotRecoveredException;
      deed.trouble = String.valueOf(failed.getMessage());
      journal.write(
          OperationType.FAIL, deed.entry.fault(), value(deed, "heal"), null, deed.trouble);
    }
  }

  private static Map<String, Object> value(Deed deed, String stage) {
    Map<String, Object> value = new TreeMap<>();
    value.put("stage", stage);
    value.put("target", deed.entry.target());
    Injection injection = deed.injection;
    value.put("nodes", injection == null ? deed.entry.nodes() : injection.nodes());
    value.put("number", (long) deed.number);
    return value;
  }

  /** One entry and what became of it. */
  private static final class Deed {
    private final int number;
    private final Schedule.Entry entry;
    private final long seed;

    /** Open until it is in force, or was found not to be possible, or will not be begun. */
    private final CountDownLatch tried = new CountDownLatch(1);

    private volatile boolean begun;
    private volatile long begunNanos;
    private volatile long healBegunNanos;
    private volatile @Nullable Injection injection;
    private volatile @Nullable Long endNanos;
    private volatile @Nullable String trouble;

    /** Whether the fault itself is gone, and only the system has not come back from it. */
    private volatile boolean lifted;

    Deed(int number, Schedule.Entry entry, long seed) {
      this.number = number;
      this.entry = entry;
      this.seed = seed;
    }

    boolean inForce() {
      Injection present = injection;
      return present != null && !present.healed();
    }

    String words() {
      Injection present = injection;
      List<String> nodes = present == null ? entry.nodes() : present.nodes();
      return "%s:%s%s"
          .formatted(
              entry.fault(),
              entry.target(),
              nodes.isEmpty() ? "" : " (" + String.join(" ", nodes) + ")");
    }

    FaultRecord record() {
      Injection present = injection;
      String what = trouble;
      List<FaultRecord.Evidence> evidence = new ArrayList<>();
      if (present != null) {
        for (Evidence seen : present.evidence()) {
          evidence.add(new FaultRecord.Evidence(seen.nanos(), seen.subject(), seen.observation()));
        }
      } else {
        evidence.add(
            new FaultRecord.Evidence(
                begunNanos,
                String.join(" ", entry.nodes()),
                begun
                    ? "Not injected: " + (what == null ? "no reason is known." : what)
                    : "Never begun: the run ended before its time."));
      }
      if (present != null && what != null && !present.healed()) {
        evidence.add(
            new FaultRecord.Evidence(healBegunNanos, String.join(" ", present.nodes()), what));
      }
      return new FaultRecord(
          entry.fault(),
          entry.target(),
          present == null ? entry.nodes() : present.nodes(),
          present == null ? entry.attributes() : present.attributes(),
          present == null ? begunNanos : present.startNanos(),
          endNanos,
          present != null && present.took(),
          evidence);
    }
  }
}
