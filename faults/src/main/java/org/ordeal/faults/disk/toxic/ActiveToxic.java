package org.ordeal.faults.disk.toxic;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.DiskToxic;
import org.ordeal.faults.disk.ToxicEvidence;
import org.ordeal.faults.disk.ToxicEvidence.Sample;
import org.ordeal.faults.disk.libc.Errno;

/** A fault in force: its attributes understood, its state, its evidence. Thread-safe. */
final class ActiveToxic {
  private static final Set<String> KNOWN =
      Set.of("path", "operations", "latency", "jitter", "rate", "errno", "count", "lie", "free");

  final DiskToxic spec;
  final long latencyMillis;
  final long jitterMillis;
  final long bytesPerSecond;
  final int errno;
  final boolean lie;
  final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
  private final String disk;
  private final Set<Kind> kinds;
  private final @Nullable PathMatcher matcher;
  private final Map<String, Long> owed = new ConcurrentHashMap<>();
  private final long addedNanos = System.nanoTime();

  private final Object lying = new Object();
  private long left;
  private long freeBytes;
  private long busyUntil;
  private @Nullable Long removedNanos;
  private final Map<Kind, Long> delayed = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> failed = new EnumMap<>(Kind.class);
  private final List<Sample> samples = new ArrayList<>();
  private long interrupted;
  private long delayNanos;
  private long longestNanos;
  private long bytes;
  private long droppedPages;
  private @Nullable Long first;
  private @Nullable Long last;

  /**
   * Understands a toxic.
   *
   * @throws IllegalArgumentException if its type, stream or an attribute is not known; the message
   *     says which are
   */
  ActiveToxic(String disk, DiskToxic spec) {
    this.disk = disk;
    this.spec = spec;
    if (!DiskToxic.TYPES.contains(spec.type())) {
      throw new IllegalArgumentException(
          "There is no disk fault of type \""
              + spec.type()
              + "\"; there are "
              + DiskToxic.TYPES
              + ".");
    }
    for (String attribute : spec.attributes().keySet()) {
      if (!KNOWN.contains(attribute)) {
        throw new IllegalArgumentException(
            "A disk fault has no attribute \"" + attribute + "\"; there are " + KNOWN + ".");
      }
    }
    kinds = kinds(spec);
    Object path = spec.attributes().get("path");
    matcher = path == null ? null : FileSystems.getDefault().getPathMatcher("glob:" + path);
    latencyMillis = number("latency", 0);
    jitterMillis = number("jitter", 0);
    bytesPerSecond = number("rate", 0) * 1000;
    errno = Errno.number(String.valueOf(spec.attributes().getOrDefault("errno", "EIO")));
    lie = Boolean.parseBoolean(String.valueOf(spec.attributes().getOrDefault("lie", false)));
    left = number("count", Long.MAX_VALUE);
    freeBytes = number("free", 0);
    if (spec.type().equals(DiskToxic.DISK_SLOW) && bytesPerSecond <= 0) {
      throw new IllegalArgumentException("disk-slow needs a rate in KB/s, above 0.");
    }
    if (spec.type().equals(DiskToxic.SLOW_FSYNC) && latencyMillis <= 0) {
      throw new IllegalArgumentException("slow-fsync needs a latency in ms, above 0.");
    }
    boolean full = spec.type().equals(DiskToxic.DISK_FULL);
    if (full && spec.attributes().containsKey("operations")) {
      throw new IllegalArgumentException(
          "disk-full takes no operations: it fails whatever needs new space, and nothing else.");
    }
    boolean slow = spec.type().equals(DiskToxic.DISK_SLOW);
    if (kinds.isEmpty() || (slow && !kinds.contains(Kind.READ) && !kinds.contains(Kind.WRITE))) {
      throw new IllegalArgumentException(
          "A fault of type "
              + spec.type()
              + " would have nothing to act on with these operations and this stream: "
              + "slow-fsync acts on syncs, disk-slow on reads and writes.");
    }
    if (latencyMillis < 0 || jitterMillis < 0 || jitterMillis > Math.max(latencyMillis, 0)) {
      throw new IllegalArgumentException(
          "latency must not be negative, nor jitter larger than it.");
    }
  }

  private long number(String attribute, long otherwise) {
    Object value = spec.attributes().get(attribute);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException(
        "Attribute \"" + attribute + "\" must be a number, but is " + value + ".");
  }

  private static Set<Kind> kinds(DiskToxic spec) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    Object operations = spec.attributes().get("operations");
    if (operations instanceof List<?> labels && !labels.isEmpty()) {
      for (Object label : labels) {
        Set<Kind> named = EnumSet.noneOf(Kind.class);
        for (Kind kind : Kind.values()) {
          if (kind.label().equals(label)) {
            named.add(kind);
          }
        }
        if (named.isEmpty()) {
          throw new IllegalArgumentException(
              "There is no operation \""
                  + label
                  + "\"; there are read, write, fsync, open, metadata.");
        }
        kinds.addAll(named);
      }
    } else if (operations != null && !(operations instanceof List<?>)) {
      throw new IllegalArgumentException(
          "Attribute \"operations\" must be a list, but is " + operations + ".");
    } else {
      for (Kind kind : Kind.values()) {
        boolean wanted =
            switch (spec.stream()) {
              case "upstream" -> kind.upstream();
              case "downstream" -> !kind.upstream();
              case "both" -> true;
              default ->
                  throw new IllegalArgumentException(
                      "A stream is \"upstream\", \"downstream\" or \"both\", not \""
                          + spec.stream()
                          + "\".");
            };
        if (wanted) {
          kinds.add(kind);
        }
      }
    }
    if (spec.type().equals(DiskToxic.SLOW_FSYNC)) {
      kinds.retainAll(EnumSet.of(Kind.FSYNC, Kind.FSYNC_DIRECTORY));
    }
    if (spec.type().equals(DiskToxic.DISK_SLOW) && operations == null) {
      kinds.retainAll(EnumSet.of(Kind.READ, Kind.WRITE, Kind.WRITE_MAPPED));
    }
    if (spec.type().equals(DiskToxic.DISK_SLOW) && kinds.contains(Kind.WRITE_MAPPED)) {
      kinds.add(Kind.FSYNC);
    }
    return kinds;
  }

  /** A lie is about the pages of a file: it is not spent on a directory, which has none. */
  boolean selects(Kind kind) {
    return kinds.contains(kind) && !(lie && kind == Kind.FSYNC_DIRECTORY);
  }

  boolean matches(String path) {
    return matcher == null || matcher.matches(Path.of(path));
  }

  boolean hasPath() {
    return matcher != null;
  }

  /**
   * Whether whatever is written to the disk, or synced, hangs until healed or fails. A disk that
   * lies takes everything but the pages it has dropped, one that fails now and then takes them the
   * next time.
   */
  boolean standsStill() {
    if (spec.toxicity() < 1 || !(kinds.contains(Kind.WRITE) || kinds.contains(Kind.FSYNC))) {
      return false;
    }
    return switch (spec.type()) {
      case DiskToxic.DISK_STALL -> latencyMillis == 0;
      case DiskToxic.DISK_ERROR -> !lie && failuresLeft() > 0;
      default -> false;
    };
  }

  /** Whether one more operation is to fail. */
  synchronized boolean takeFailure() {
    if (left <= 0) {
      return false;
    }
    left--;
    return true;
  }

  /**
   * Has a sync that is to fail drop its pages; returns how many. A sync that has none is to pass: a
   * lie about nothing would be spent without having been told.
   *
   * <p>Syncs that a lie may hit come one by one, so that none passes on account of another whose
   * pages are being counted. That is not the monitor, which is asked for within the disk's epoch,
   * where this is about to enter one.
   */
  int takeLie(IntSupplier drop) {
    synchronized (lying) {
      if (failuresLeft() <= 0) {
        return 0;
      }
      int pages = drop.getAsInt();
      if (pages > 0) {
        takeFailure();
        countDropped(pages);
      }
      return pages;
    }
  }

  private synchronized long failuresLeft() {
    return left;
  }

  private synchronized void countDropped(int pages) {
    droppedPages += pages;
  }

  /** Whether so many bytes may still be allocated; takes them if so. */
  synchronized boolean takeSpace(long wanted) {
    if (wanted > freeBytes) {
      return false;
    }
    freeBytes -= wanted;
    return true;
  }

  /** How many bytes may still be allocated. */
  synchronized long freeBytes() {
    return freeBytes;
  }

  /** Until when an operation of that size keeps a disk of this bandwidth busy. */
  synchronized long reserveBandwidth(long size) {
    long start = Math.max(System.nanoTime(), busyUntil);
    busyUntil = start + size * 1_000_000_000L / bytesPerSecond;
    return busyUntil;
  }

  /** A map's pages have been let through: the next sync of their file takes the time for them. */
  void owe(String path, long size) {
    owed.merge(path, size, Long::sum);
  }

  /** What is owed for a file, which its sync now pays. */
  long takeOwed(String path) {
    Long size = owed.remove(path);
    return size == null ? 0 : size;
  }

  synchronized void countDelay(
      Kind kind, String path, long size, long nanos, boolean wasInterrupted) {
    delayed.merge(kind, 1L, Long::sum);
    delayNanos += nanos;
    longestNanos = Math.max(longestNanos, nanos);
    interrupted += wasInterrupted ? 1 : 0;
    hit(
        kind,
        path,
        size,
        "held back " + nanos / 1_000 + " us" + (wasInterrupted ? ", then its caller gave up" : ""));
  }

  synchronized void countFailure(Kind kind, String path, long size, String outcome) {
    failed.merge(kind, 1L, Long::sum);
    hit(kind, path, size, outcome);
  }

  private void hit(Kind kind, String path, long size, String outcome) {
    long now = System.nanoTime();
    bytes += size;
    first = first == null ? now : first;
    last = now;
    if (samples.size() < ToxicEvidence.MAX_SAMPLES) {
      samples.add(new Sample(now, kind.label(), path, outcome));
    }
  }

  /** No longer in force: whatever it holds back goes on. */
  void remove() {
    synchronized (this) {
      removedNanos = System.nanoTime();
    }
    waiting.forEach(Waiter::release);
  }

  synchronized boolean removed() {
    return removedNanos != null;
  }

  synchronized ToxicEvidence evidence() {
    return new ToxicEvidence(
        disk,
        spec,
        addedNanos,
        removedNanos,
        labelled(delayed),
        labelled(failed),
        waiting.size(),
        interrupted,
        delayNanos,
        longestNanos,
        bytes,
        droppedPages,
        first,
        last,
        samples);
  }

  private static Map<String, Long> labelled(Map<Kind, Long> counts) {
    Map<String, Long> labelled = new TreeMap<>();
    counts.forEach((kind, count) -> labelled.merge(kind.label(), count, Long::sum));
    return labelled;
  }
}
