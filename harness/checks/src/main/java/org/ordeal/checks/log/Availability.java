package org.ordeal.checks.log;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;
import org.ordeal.history.Unavailability;

/**
 * How long queues, or registers, could not be written.
 *
 * <p>A window opens with the invocation of a send that did not succeed (failed, unknown, or never
 * ended) and closes with the first acknowledgement of a send that was invoked after it, or with the
 * end of the load; overlapping windows are one. The longest is the recovery time (RTO) that a
 * client saw. One refused send among others that succeed makes a window of some milliseconds, which
 * is what it was. The cluster as a whole, key {@code "*"}, is unavailable while no queue can be
 * written.
 *
 * @param unavailability the cluster first, then each queue by key
 * @param writable for each second of the load: the share of queues with an acknowledgement among
 *     those that were tried
 */
public record Availability(List<Unavailability> unavailability, List<Double> writable) {

  private static final int LONGEST_SECONDS = 24 * 3600;

  public Availability {
    unavailability = List.copyOf(unavailability);
    writable = List.copyOf(writable);
  }

  private static final int BUDGET_EVERY = 1 << 12;

  /** Measures a history, however long it takes. */
  public static Availability of(HistorySource history) throws IOException {
    return of(history, new CheckBudget(Duration.ofDays(1), Long.MAX_VALUE));
  }

  /** Thrown, without a stack, when the budget is used up; the message is a sentence. */
  static final class BudgetSpentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BudgetSpentException(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /**
   * Measures a history.
   *
   * @throws BudgetSpentException if the budget does not suffice
   */
  static Availability of(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    try (OperationStream operations = history.open()) {
      Meter meter = new Meter();
      for (long events = 1; operations.hasNext(); events++) {
        meter.take(operations.next());
        if (events % BUDGET_EVERY != 0) {
          continue;
        }
        if (Duration.ofNanos(System.nanoTime() - start).compareTo(budget.time()) > 0) {
          throw new BudgetSpentException(
              "After %d events the time of %s was used up.".formatted(events, budget.time()));
        }
        if (meter.bytes() > budget.bytes()) {
          throw new BudgetSpentException(
              "After %d events the memory of %d bytes was used up."
                  .formatted(events, budget.bytes()));
        }
      }
      return meter.result();
    }
  }

  private static int second(long nanos) {
    return Math.clamp(nanos / 1_000_000_000L, 0, LONGEST_SECONDS);
  }

  private record Open(String key, long invoked) {}

  /** The sends of one queue, or of all. */
  private static final class Sends {
    /**
     * The successes that were invoked later than every one that ended before: only these can be the
     * first to end of those invoked after a failure.
     */
    final LongList succeededInvoked = new LongList();

    final LongList succeededEnded = new LongList();
    final LongList failedInvoked = new LongList();
    final BitSet triedSeconds = new BitSet();
    final BitSet writtenSeconds = new BitSet();

    /** Takes a success; they come in the order of their ends. */
    void succeeded(long invoked, long ended) {
      int size = succeededInvoked.size();
      if (size == 0 || invoked > succeededInvoked.get(size - 1)) {
        succeededInvoked.add(invoked);
        succeededEnded.add(ended);
      }
      writtenSeconds.set(second(ended));
    }

    long bytes() {
      return 24L * succeededInvoked.size() + 12L * failedInvoked.size() + 300;
    }

    Unavailability windows(String key, long endOfLoad) {
      long[] failures =
          IntStream.range(0, failedInvoked.size()).mapToLong(failedInvoked::get).sorted().toArray();
      List<Unavailability.Window> windows = new ArrayList<>();
      int next = 0;
      for (long failure : failures) {
        while (next < succeededInvoked.size() && succeededInvoked.get(next) <= failure) {
          next++;
        }
        long closed = next < succeededInvoked.size() ? succeededEnded.get(next) : endOfLoad;
        long to = Math.max(failure, Math.min(closed, endOfLoad));
        Unavailability.Window last = windows.isEmpty() ? null : windows.getLast();
        if (last != null && failure <= last.toNanos()) {
          windows.removeLast();
          windows.add(new Unavailability.Window(last.fromNanos(), Math.max(to, last.toNanos())));
        } else {
          windows.add(new Unavailability.Window(failure, to));
        }
      }
      double longest = 0;
      double total = 0;
      for (Unavailability.Window window : windows) {
        double millis = (window.toNanos() - window.fromNanos()) / 1e6;
        longest = Math.max(longest, millis);
        total += millis;
      }
      return new Unavailability(key, longest, total, windows);
    }
  }

  private static final class Meter {
    private final Map<Integer, Open> open = new HashMap<>();
    private final Map<String, Sends> byKey = new LinkedHashMap<>();
    private final Sends all = new Sends();
    private long endOfLoad;

    void take(Operation operation) {
      if (operation.byNemesis() || !LogOperations.writes(operation.f())) {
        return;
      }
      endOfLoad = Math.max(endOfLoad, operation.time());
      if (operation.type() == OperationType.INVOKE) {
        String key = place(operation.key());
        open.put(operation.process(), new Open(key, operation.time()));
        sends(key).triedSeconds.set(second(operation.time()));
        all.triedSeconds.set(second(operation.time()));
        return;
      }
      Open invoked = open.remove(operation.process());
      if (invoked != null) {
        ended(invoked, operation.type() == OperationType.OK ? operation.time() : null);
      }
    }

    /** A register is {@code queue/register}, and only the queue is there for the whole load. */
    private static String place(@Nullable String key) {
      String named = String.valueOf(key);
      int slash = named.indexOf('/');
      return slash < 0 ? named : named.substring(0, slash);
    }

    long bytes() {
      return all.bytes()
          + byKey.values().stream().mapToLong(Sends::bytes).sum()
          + 100L * open.size();
    }

    private Sends sends(String key) {
      return byKey.computeIfAbsent(key, k -> new Sends());
    }

    private void ended(Open invoked, @Nullable Long succeeded) {
      for (Sends sends : List.of(sends(invoked.key), all)) {
        if (succeeded == null) {
          sends.failedInvoked.add(invoked.invoked);
        } else {
          sends.succeeded(invoked.invoked, succeeded);
        }
      }
    }

    Availability result() {
      open.values().forEach(invoked -> ended(invoked, null));
      List<Unavailability> found = new ArrayList<>();
      found.add(all.windows("*", endOfLoad));
      byKey.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> found.add(entry.getValue().windows(entry.getKey(), endOfLoad)));
      List<Double> writable = new ArrayList<>();
      int first = Math.max(0, all.triedSeconds.nextSetBit(0));
      for (int second = first; second < all.triedSeconds.length(); second++) {
        int at = second;
        long written =
            byKey.values().stream().filter(sends -> sends.writtenSeconds.get(at)).count();
        long tried =
            byKey.values().stream()
                .filter(sends -> sends.triedSeconds.get(at) || sends.writtenSeconds.get(at))
                .count();
        writable.add(tried == 0 ? 0.0 : (double) written / tried);
      }
      return new Availability(found, writable);
    }
  }
}
