package org.ordeal.checks.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/**
 * {@code delay}: a delayed message is seen after its delay, not before, and not much later.
 *
 * <p>Reads {@code send} with value {@code "<delay in milliseconds>ms-<unique>"}, {@code poll} and
 * {@code drain}. The delay counts from the moment when the broker stored the message, which lies
 * between invocation and completion of the send.
 *
 * <ul>
 *   <li>{@code early-delivery}: a read that returned the message was complete before the send's
 *       invocation plus the delay (less {@link #EARLY_TOLERANCE}, for clocks in milliseconds);
 *   <li>{@code late-delivery}: the message was seen for the first time later than {@link
 *       #LATE_BOUND} after it was due and after the last thing that happened to the cluster (a
 *       fault, a healing, a change of leaders): a system that is disturbed owes no punctuality;
 *   <li>{@code never-delivered}: acknowledged, due, and in no queue at the end.
 * </ul>
 */
public final class DelayCheck implements HistoryCheck {

  /** By how much a message may seem to come early. */
  public static final Duration EARLY_TOLERANCE = Duration.ofMillis(50);

  /** How much later than due a message may be seen in quiet times. */
  public static final Duration LATE_BOUND = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "delay";
  }

  @Override
  public String description() {
    return "A delayed message is seen once its delay is over, and soon after.";
  }

  /** The delay in a value, or -1 where it has none. */
  static long delayMillis(String value) {
    int end = value.indexOf("ms-");
    try {
      return end > 0 ? Long.parseLong(value, 0, end, 10) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Pass pass = new Pass();
    try (OperationStream operations = history.open()) {
      operations.forEachRemaining(pass::take);
    }
    return pass.result(name(), start);
  }

  private static final class Pass {
    private final Sightings sightings = new Sightings();
    private final Map<String, Operation> invoked = new HashMap<>();
    private final Map<String, Operation> acknowledged = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private long disturbedNanos;
    private long drains;
    private long failedDrains;
    private long onTime;
    private long worstLateNanos;
    private long lastDrainBegin;

    void take(Operation operation) {
      if (operation.byNemesis()) {
        disturbedNanos = operation.time();
        return;
      }
      boolean ok = operation.type() == OperationType.OK;
      switch (operation.f()) {
        case LogOperations.DRAIN_END -> {
          drains += ok ? 1 : 0;
          failedDrains += operation.type() == OperationType.FAIL ? 1 : 0;
        }
        case LogOperations.POLL, LogOperations.DRAIN -> {
          if (operation.f().equals(LogOperations.DRAIN)
              && operation.type() == OperationType.INVOKE) {
            lastDrainBegin = lastDrainBegin == 0 ? operation.time() : lastDrainBegin;
          }
          if (ok && operation.value() instanceof List<?> pairs) {
            pairs.forEach(pair -> seen(operation, pair));
          }
        }
        default -> {
          if (LogOperations.appends(operation.f()) && operation.value() instanceof String value) {
            if (operation.type() == OperationType.INVOKE) {
              invoked.put(value, operation);
            } else if (ok) {
              acknowledged.put(value, operation);
            }
          }
        }
      }
    }

    private void seen(Operation read, Object entry) {
      if (!(entry instanceof List<?> pair)
          || pair.size() != 2
          || !(pair.get(1) instanceof String value)
          || !seen.add(value)) {
        return;
      }
      Operation send = invoked.get(value);
      long delay = delayMillis(value);
      if (send == null || delay < 0) {
        return;
      }
      long due = send.time() + delay * 1_000_000;
      Operation witness = Sightings.only(read, List.of(pair));
      if (read.time() < due - EARLY_TOLERANCE.toNanos()) {
        sightings.add(
            "early-delivery",
            read.key(),
            "Message %s was seen %s before its delay of %d ms was over."
                .formatted(value, millis(due - read.time()), delay),
            Map.of("value", value),
            send,
            witness);
        return;
      }
      Operation completed = acknowledged.get(value);
      // One whose outcome nobody knows may have been stored at any time.
      if (completed == null || read.f().equals(LogOperations.DRAIN)) {
        return;
      }
      long dueAtLatest = completed.time() + delay * 1_000_000;
      long late = read.time() - Math.max(dueAtLatest, disturbedNanos);
      worstLateNanos = Math.max(worstLateNanos, late);
      if (late > LATE_BOUND.toNanos()) {
        sightings.add(
            "late-delivery",
            read.key(),
            "Message %s was seen %s after it was due, in quiet times."
                .formatted(value, millis(late)),
            Map.of("value", value),
            send,
            completed,
            witness);
      } else {
        onTime++;
      }
    }

    private static String millis(long nanos) {
      return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
    }

    CheckResult result(String check, long start) {
      boolean drained = drains > 0 && failedDrains == 0;
      long undue = 0;
      for (Map.Entry<String, Operation> entry : acknowledged.entrySet()) {
        String value = entry.getKey();
        long delay = Math.max(0, delayMillis(value));
        if (seen.contains(value)) {
          continue;
        }
        long due = Math.max(entry.getValue().time() + delay * 1_000_000, disturbedNanos);
        if (drained && due + LATE_BOUND.toNanos() < lastDrainBegin) {
          sightings.add(
              "never-delivered",
              entry.getValue().key(),
              "Message %s was acknowledged, its delay of %d ms was long over, and it is in no queue."
                  .formatted(value, delay),
              Map.of("value", value),
              entry.getValue());
        } else {
          undue++;
        }
      }
      String doubt = null;
      if (acknowledged.isEmpty()) {
        doubt = "No delayed message was acknowledged, so nothing was tested.";
      } else if (!drained) {
        doubt = "The queues were not read to their end.";
      } else if (undue > 0) {
        doubt = "%d acknowledged messages were not due long enough to be missed.".formatted(undue);
      }
      return sightings.result(
          check,
          doubt,
          "%d delayed messages came, none early; of %d that were followed, the latest came %s after it was due."
              .formatted(acknowledged.size(), onTime, millis(worstLateNanos)),
          acknowledged.size(),
          start,
          Map.of());
    }
  }
}
