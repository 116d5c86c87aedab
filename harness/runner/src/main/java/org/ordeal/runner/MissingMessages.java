package org.ordeal.runner;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/** The values that a history acknowledges and no drain returned. */
final class MissingMessages {

  private MissingMessages() {}

  /** Reads the history once; memory grows with what is acknowledged and not yet drained. */
  static Set<String> in(HistorySource history) throws IOException {
    Set<String> missing = new TreeSet<>();
    try (OperationStream operations = history.open()) {
      while (operations.hasNext()) {
        Operation operation = operations.next();
        if (operation.byNemesis() || operation.type() != OperationType.OK) {
          continue;
        }
        switch (operation.f()) {
          case "send", "append" -> pair(operation.value(), missing, true);
          case "drain" -> {
            if (operation.value() instanceof List<?> pairs) {
              pairs.forEach(each -> pair(each, missing, false));
            }
          }
          default -> {}
        }
      }
    }
    return missing;
  }

  private static void pair(
      @org.jspecify.annotations.Nullable Object value, Set<String> missing, boolean add) {
    if (value instanceof List<?> pair && pair.size() == 2 && pair.get(1) != null) {
      String text = String.valueOf(pair.get(1));
      if (add) {
        missing.add(text);
      } else {
        missing.remove(text);
      }
    }
  }
}
