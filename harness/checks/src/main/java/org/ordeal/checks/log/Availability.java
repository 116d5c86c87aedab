package org.ordeal.checks.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

  /** Measures a history. */
  public static Availability of(HistorySource history) throws IOException {
    try (OperationStream operations = history.open()) {
      Meter meter = new Meter();
      operations.forEachRemaining(meter::take);
      return meter.result();
    }
  }

  private record Open(String key, long invoked) {}

  /** The sends of one queue, or of all. */
  private static final class Sends {
    final LongList succeededInvoked = new LongList();
    final LongList succeededEnded = new LongList();
    final LongList failedInvoked = new LongList();
    final BitSet triedSeconds = new BitSet();
    final BitSet writtenSeconds = new BitSet();

    Unavailability windows(String key, long endOfLoad) {
      int[] order =
          IntStream.range(0, succeededInvoked.size())
              .boxed()
              .sorted((a, b) -> Long.compare(succeededInvoked.get(a), succeededInvoked.get(b)))
              .mapToInt(Integer::intValue)
              .toArray();
      long[] earliestEnd = new long[order.length + 1];
      earliestEnd[order.length] = Long.MAX_VALUE;
      for (int i = order.length - 1; i >= 0; i--) {
        earliestEnd[i] = Math.min(earliestEnd[i + 1], succeededEnded.get(order[i]));
      }
      long[] failures =
          IntStream.range(0, failedInvoked.size()).mapToLong(failedInvoked::get).sorted().toArray();
      List<Unavailability.Window> windows = new ArrayList<>();
      int next = 0;
      for (long failure : failures) {
        while (next < order.length && succeededInvoked.get(order[next]) <= failure) {
          next++;
        }
        long to = Math.max(failure, Math.min(earliestEnd[next], endOfLoad));
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
      String key = place(operation.key());
      if (operation.byNemesis() || key == null || !LogOperations.writes(operation.f())) {
        return;
      }
      endOfLoad = Math.max(endOfLoad, operation.time());
      if (operation.type() == OperationType.INVOKE) {
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
    private static @Nullable String place(@Nullable String key) {
      int slash = key == null ? -1 : key.indexOf('/');
      return key == null || slash < 0 ? key : key.substring(0, slash);
    }

    private static int second(long nanos) {
      return (int) Math.min(LONGEST_SECONDS, nanos / 1_000_000_000L);
    }

    private Sends sends(String key) {
      return byKey.computeIfAbsent(key, k -> new Sends());
    }

    private void ended(Open invoked, @Nullable Long succeeded) {
      for (Sends sends : List.of(sends(invoked.key), all)) {
        if (succeeded == null) {
          sends.failedInvoked.add(invoked.invoked);
        } else {
          sends.succeededInvoked.add(invoked.invoked);
          sends.succeededEnded.add(succeeded);
          sends.writtenSeconds.set(second(succeeded));
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
