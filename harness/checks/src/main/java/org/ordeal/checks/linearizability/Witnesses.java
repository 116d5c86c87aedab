package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/**
 * Reads a history once more to pick out single events, since what the engines work on has only
 * their positions. Not thread-safe.
 */
final class Witnesses {

  private final Map<@Nullable String, BitSet> wanted = new HashMap<>();
  private final Map<@Nullable String, Map<Integer, Operation>> found = new HashMap<>();

  /** Asks for both events of the given rows. */
  void want(Partition partition, BitSet rows) {
    BitSet positions = wanted.computeIfAbsent(partition.key, key -> new BitSet());
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      positions.set(partition.call[row]);
      if (partition.completed(row)) {
        positions.set(partition.ret[row]);
      }
    }
  }

  /** Reads the history. */
  void read(HistorySource history) throws IOException {
    Map<@Nullable String, Integer> positions = new HashMap<>();
    Map<Integer, @Nullable String> openKeys = new HashMap<>();
    try (OperationStream stream = history.open()) {
      while (stream.hasNext()) {
        Operation operation = stream.next();
        if (operation.byNemesis()) {
          continue;
        }
        String key = operation.key();
        if (operation.type() == OperationType.INVOKE) {
          openKeys.put(operation.process(), key);
        } else {
          key = openKeys.remove(operation.process());
        }
        int position = positions.merge(key, 1, Integer::sum) - 1;
        BitSet here = wanted.get(key);
        if (here != null && here.get(position)) {
          found.computeIfAbsent(key, k -> new HashMap<>()).put(position, operation);
        }
      }
    }
  }

  /** The event at a position of a partition. */
  Operation at(Partition partition, int position) {
    Map<Integer, Operation> events = found.get(partition.key);
    Operation event = events == null ? null : events.get(position);
    if (event == null) {
      throw new IllegalStateException(
          "the history has changed while it was checked: event "
              + position
              + " of "
              + partition.key
              + " is gone");
    }
    return event;
  }
}
