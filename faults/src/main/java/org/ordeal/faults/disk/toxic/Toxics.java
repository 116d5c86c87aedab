package org.ordeal.faults.disk.toxic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.ToxicEvidence;
import org.ordeal.faults.disk.libc.Errno;

/** The faults of one disk. Thread-safe; costs next to nothing while there are none. */
public final class Toxics {
  private static final int MAX_EARLY = 1024;

  /** What becomes of an operation. */
  public enum Verdict {
    /** It goes on. */
    PASS,
    /** It fails with {@link Outcome#errno()}. */
    FAIL
  }

  /** A verdict and its error number. */
  public record Outcome(Verdict verdict, int errno) {
    static final Outcome PASSED = new Outcome(Verdict.PASS, 0);
  }

  private final String disk;
  private final CopyOnWriteArrayList<ActiveToxic> active = new CopyOnWriteArrayList<>();
  private final List<ActiveToxic> removed = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<Long, Waiter> waiters = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Long> early = new ConcurrentHashMap<>();

  /** The faults of a disk, none yet. */
  public Toxics(String disk) {
    this.disk = disk;
  }

  /** Whether any fault is in force. */
  public boolean any() {
    return !active.isEmpty();
  }

  /**
   * Puts a fault in force.
   *
   * @throws IllegalArgumentException if it is malformed or its name is taken
   */
  public synchronized void add(DiskToxic toxic) {
    for (ActiveToxic one : active) {
      if (one.spec.name().equals(toxic.name())) {
        throw new IllegalArgumentException(
            "Disk " + disk + " has a fault named " + toxic.name() + " already.");
      }
    }
    active.add(new ActiveToxic(disk, toxic));
  }

  /**
   * Removes a fault.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public synchronized ToxicEvidence remove(String name) {
    ActiveToxic found = find(name);
    active.remove(found);
    found.remove();
    removed.add(found);
    return found.evidence();
  }

  /** Removes all faults. */
  public synchronized List<ToxicEvidence> heal() {
    List<ToxicEvidence> evidence = new ArrayList<>();
    for (ActiveToxic one : active) {
      evidence.add(remove(one.spec.name()));
    }
    return evidence;
  }

  /** What a fault in force has done; see {@link #remove} for errors. */
  public ToxicEvidence evidence(String name) {
    return find(name).evidence();
  }

  /** What all faults have done, removed ones first. */
  public List<ToxicEvidence> evidence() {
    List<ToxicEvidence> all = new ArrayList<>();
    removed.forEach(t -> all.add(t.evidence()));
    active.forEach(t -> all.add(t.evidence()));
    return all;
  }

  /** The faults in force. */
  public List<DiskToxic> list() {
    return active.stream().map(t -> t.spec).toList();
  }

  private ActiveToxic find(String name) {
    for (ActiveToxic one : active) {
      if (one.spec.name().equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException("Disk " + disk + " has no fault named " + name + ".");
  }

  /** Operations that faults hold back now. */
  public long waiting() {
    return waiters.size();
  }

  /**
   * Lets the faults act on an operation, before it takes effect; may take as long as they are in
   * force. Those that come while one holds it back act on it too.
   *
   * @param unique its number, by which {@link #interrupted} knows it
   * @param caller the thread that waits for it
   * @param path its file within the disk; asked for only if a fault needs it
   * @param bytes how much it reads or writes
   * @param drop drops what a sync should have written and says how many pages that were; asked only
   *     of syncs of files, and by a fault that lies
   */
  public Outcome act(
      long unique, int caller, Kind kind, Supplier<String> path, long bytes, IntSupplier drop) {
    if (active.isEmpty()) {
      return Outcome.PASSED;
    }
    Set<ActiveToxic> passed = new HashSet<>();
    while (true) {
      ActiveToxic toxic = next(passed);
      if (toxic == null) {
        return Outcome.PASSED;
      }
      passed.add(toxic);
      if (!toxic.selects(kind) || toxic.spec.type().equals(DiskToxic.DISK_FULL)) {
        continue;
      }
      String where = path.get();
      if (!toxic.matches(where)) {
        continue;
      }
      boolean slow = toxic.spec.type().equals(DiskToxic.DISK_SLOW);
      boolean paysForMap = slow && kind == Kind.FSYNC;
      long size = paysForMap ? toxic.takeOwed(where) : bytes;
      // The odds were rolled for the writes that a sync pays for.
      if (paysForMap ? size == 0 : !roll(toxic)) {
        continue;
      }
      Outcome outcome = Outcome.PASSED;
      if (toxic.spec.type().equals(DiskToxic.DISK_ERROR)) {
        outcome = fail(toxic, kind, where, size, drop);
      } else if (kind != Kind.WRITE_MAPPED) {
        outcome = delay(toxic, unique, caller, kind, where, size);
      } else if (slow) {
        toxic.owe(where, size);
      }
      if (outcome.verdict() != Verdict.PASS) {
        return outcome;
      }
    }
  }

  /** Of the faults in force at this moment, one that an operation has yet to pass. */
  private @Nullable ActiveToxic next(Set<ActiveToxic> passed) {
    for (ActiveToxic toxic : active) {
      if (!passed.contains(toxic)) {
        return toxic;
      }
    }
    return null;
  }

  private static boolean roll(ActiveToxic toxic) {
    return toxic.spec.toxicity() >= 1
        || ThreadLocalRandom.current().nextDouble() < toxic.spec.toxicity();
  }

  private static Outcome fail(
      ActiveToxic toxic, Kind kind, String path, long bytes, IntSupplier drop) {
    String outcome = "failed with " + Errno.name(toxic.errno);
    if (toxic.lie && kind == Kind.FSYNC) {
      int dropped = toxic.takeLie(drop);
      if (dropped == 0) {
        return Outcome.PASSED;
      }
      outcome += ", its " + dropped + " dirty pages dropped";
    } else if (!toxic.takeFailure()) {
      return Outcome.PASSED;
    }
    toxic.countFailure(kind, path, bytes, outcome);
    return new Outcome(Verdict.FAIL, toxic.errno);
  }

  private Outcome delay(
      ActiveToxic toxic, long unique, int caller, Kind kind, String path, long bytes) {
    boolean slow = toxic.spec.type().equals(DiskToxic.DISK_SLOW);
    boolean hang = !slow && toxic.latencyMillis == 0;
    long began = System.nanoTime();
    long until =
        slow
            ? toxic.reserveBandwidth(bytes)
            : began + (toxic.latencyMillis + jitter(toxic.jitterMillis)) * 1_000_000L;
    Waiter waiter = new Waiter(caller);
    waiters.put(unique, waiter);
    toxic.waiting.add(waiter);
    Waiter.End end;
    try {
      if (toxic.removed()) {
        waiter.release();
      }
      if (early.remove(unique) != null) {
        waiter.signalled();
      }
      end = waiter.await(until, hang);
    } finally {
      toxic.waiting.remove(waiter);
      waiters.remove(unique, waiter);
    }
    boolean interrupted = end == Waiter.End.INTERRUPTED;
    toxic.countDelay(kind, path, bytes, System.nanoTime() - began, interrupted);
    return interrupted ? new Outcome(Verdict.FAIL, Errno.EINTR) : Outcome.PASSED;
  }

  private static long jitter(long millis) {
    return millis == 0 ? 0 : ThreadLocalRandom.current().nextLong(-millis, millis + 1);
  }

  /**
   * The caller of an operation has a signal. One that ends it ends the operation; one that stops or
   * pauses it, or that it handles, does not: no sync of a local disk fails for that.
   */
  public void interrupted(long unique) {
    Waiter waiter = waiters.get(unique);
    if (waiter != null) {
      waiter.signalled();
    } else if (any()) {
      // The interrupt has overtaken its request, which is on its way from another thread's read to
      // its fault.
      early.put(unique, System.nanoTime());
      waiter = waiters.get(unique);
      if (waiter != null) {
        early.remove(unique);
        waiter.signalled();
      }
      prune();
    }
  }

  private void prune() {
    Iterator<Long> oldest = early.values().iterator();
    while (early.size() > MAX_EARLY && oldest.hasNext()) {
      oldest.next();
      oldest.remove();
    }
  }

  /** Whether a fault on all of the disk keeps it from taking anything: see the other. */
  public boolean standstill() {
    for (ActiveToxic toxic : active) {
      if (!toxic.hasPath() && toxic.standsStill()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a fault keeps the disk from taking what is in a file: writes or syncs of it hang until
   * healed, or fail. A disk that is only slow takes it in the end.
   */
  public boolean standstill(Supplier<String> path) {
    for (ActiveToxic toxic : active) {
      if (toxic.standsStill() && toxic.matches(path.get())) {
        return true;
      }
    }
    return false;
  }

  /** Whether so many bytes may be allocated for a file. */
  public boolean allocate(Supplier<String> path, long bytes) {
    for (ActiveToxic toxic : active) {
      if (toxic.spec.type().equals(DiskToxic.DISK_FULL)) {
        String where = path.get();
        if (toxic.matches(where) && roll(toxic) && !toxic.takeSpace(bytes)) {
          toxic.countFailure(Kind.WRITE, where, bytes, "failed with ENOSPC");
          return false;
        }
      }
    }
    return true;
  }

  /**
   * How many blocks a program is to be told of that asks how much room the disk has. One that is
   * told of none and then writes nothing was hit as well as one whose write failed; one that is
   * told of some was not.
   *
   * @param blocks how many there are without faults
   * @param blockBytes their size; what is left of one is none
   */
  public long room(long blocks, int blockBytes) {
    long room = blocks;
    for (ActiveToxic toxic : active) {
      if (toxic.spec.type().equals(DiskToxic.DISK_FULL) && !toxic.hasPath()) {
        long left = toxic.freeBytes() / blockBytes;
        if (left == 0) {
          toxic.countFailure(
              Kind.LOOKUP, "", 0, "asked for the room left, and told that there is none");
        }
        room = Math.min(room, left);
      }
    }
    return room;
  }
}
