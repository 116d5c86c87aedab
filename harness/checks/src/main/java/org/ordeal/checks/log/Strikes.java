package org.ordeal.checks.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/**
 * When faults were in force that can take a log's tail, by position in the history. Where such a
 * loss is permitted, a log may contradict what was known of it before the strike, and only across
 * it: offsets are given out again, the end goes back. Two values at one offset between which no
 * strike lies are wrong in every configuration.
 *
 * <p>Not safe for use by several threads.
 */
final class Strikes {

  /** These change when something happens, never what is stored nor who leads for long. */
  private static final Set<String> MILD =
      Set.of("latency", "bandwidth", "slow-fsync", "disk-slow", "disk-full", "clock");

  /** What these do to stored bytes may come to light at any later restart. */
  private static final Set<String> LASTING =
      Set.of("bit-flip", "truncate", "stale-restore", "disk-error", "disk-link", "disk-loss");

  /**
   * How long after its healing a strike may still cost what is sent: until then a group may be led
   * by one that does not know yet what it has missed. Nanoseconds.
   */
  private static final long SETTLING_NANOS = 10_000_000_000L;

  /**
   * From the order to inject to the end of the healing; {@code to} grows beyond all while open, and
   * {@code settled} as long as the strike may cost what is sent.
   */
  private static final class Strike {
    private final boolean lasting;
    private final int from;
    private int to = Integer.MAX_VALUE;
    private int settled = Integer.MAX_VALUE;
    private long healedNanos;

    Strike(int from, boolean lasting) {
      this.from = from;
      this.lasting = lasting;
    }
  }

  private final List<Strike> strikes = new ArrayList<>();
  private final Map<Object, Strike> open = new HashMap<>();
  private final List<Strike> settling = new ArrayList<>();

  /** Takes the time of any operation. */
  void passes(long nanos, int position) {
    if (!settling.isEmpty()) {
      settling.removeIf(
          strike -> {
            boolean over = nanos - strike.healedNanos > SETTLING_NANOS;
            strike.settled = over ? position : strike.settled;
            return over;
          });
    }
  }

  /** Takes an operation of the fault runner. */
  void take(Operation operation, int position) {
    if (operation.f().equals("recovery") && operation.type() == OperationType.INFO) {
      settling.forEach(strike -> strike.settled = position);
      settling.clear();
      return;
    }
    if (!(operation.value() instanceof Map<?, ?> value)
        || !(value.get("stage") instanceof String stage)
        || MILD.contains(operation.f())) {
      return;
    }
    Object deed = List.of(operation.f(), String.valueOf(value.get("number")));
    if (stage.equals("inject") && operation.type() == OperationType.INVOKE) {
      Strike strike = new Strike(position, LASTING.contains(operation.f()));
      strikes.add(strike);
      open.put(deed, strike);
    } else if (stage.equals("healed")
        || (stage.equals("inject") && operation.type() == OperationType.FAIL)) {
      Strike strike = open.remove(deed);
      if (strike != null) {
        strike.to = position;
        strike.healedNanos = operation.time();
        if (!strike.lasting) {
          settling.add(strike);
        }
      }
    }
  }

  /**
   * Whether what was sent at this position may have been lost to a strike: one was to come, or was
   * in force, or had been healed so lately that the cluster had neither been found to be back nor
   * had ten seconds for it. Where losses are permitted, this is the permission: what is sent to a
   * cluster that is whole again is promised as if nothing had ever happened to it.
   */
  boolean mayCost(int sentAt) {
    for (Strike strike : strikes) {
      if (strike.settled > sentAt) {
        return true;
      }
    }
    return false;
  }

  /** Whether a strike was in force at any moment between two positions. */
  boolean between(int first, int second) {
    for (Strike strike : strikes) {
      if (strike.from < second && strike.to > first) {
        return true;
      }
    }
    return false;
  }
}
