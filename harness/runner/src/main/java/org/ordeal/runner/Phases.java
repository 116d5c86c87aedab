package org.ordeal.runner;

import java.util.List;
import org.ordeal.history.FaultRecord;

/**
 * The three phases of a load: before the first fault, during the faults (the quiet times between
 * them included), and after the last was healed. Immutable.
 *
 * @param firstFaultNanos start of the first fault, {@link Long#MAX_VALUE} where there was none
 * @param lastHealNanos end of the last fault
 */
record Phases(long firstFaultNanos, long lastHealNanos) {

  /** One phase. */
  enum Phase {
    BEFORE("before"),
    DURING("during"),
    AFTER("after");

    private final String label;

    Phase(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** The phases that these faults make. */
  static Phases of(List<FaultRecord> faults, long endNanos) {
    long first = Long.MAX_VALUE;
    long last = 0;
    for (FaultRecord fault : faults) {
      if (fault.startNanos() > 0) {
        first = Math.min(first, fault.startNanos());
        last = Math.max(last, fault.endNanos() == null ? endNanos : fault.endNanos());
      }
    }
    return new Phases(first, last);
  }

  Phase at(long nanos) {
    if (nanos < firstFaultNanos) {
      return Phase.BEFORE;
    }
    return nanos <= lastHealNanos ? Phase.DURING : Phase.AFTER;
  }
}
