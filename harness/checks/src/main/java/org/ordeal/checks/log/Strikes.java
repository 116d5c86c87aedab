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

  /** From the order to inject to the end of the healing; {@code to} grows beyond all while open. */
  private static final class Strike {
    private final int from;
    private int to = Integer.MAX_VALUE;

    Strike(int from) {
      this.from = from;
    }
  }

  private final List<Strike> strikes = new ArrayList<>();
  private final Map<Object, Strike> open = new HashMap<>();

  /** Takes an operation of the fault runner. */
  void take(Operation operation, int position) {
    if (!(operation.value() instanceof Map<?, ?> value)
        || !(value.get("stage") instanceof String stage)
        || MILD.contains(operation.f())) {
      return;
    }
    Object deed = List.of(operation.f(), String.valueOf(value.get("number")));
    if (stage.equals("inject") && operation.type() == OperationType.INVOKE) {
      Strike strike = new Strike(position);
      strikes.add(strike);
      open.put(deed, strike);
    } else if (stage.equals("healed")
        || (stage.equals("inject") && operation.type() == OperationType.FAIL)) {
      Strike strike = open.remove(deed);
      if (strike != null) {
        strike.to = position;
      }
    }
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
