package org.ordeal.runner;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;

/** Which acknowledged sends did the drain not return? Every fault explains each of them. */
final class FakeCheck implements HistoryCheck {
  @Override
  public String name() {
    return "durability";
  }

  @Override
  public String description() {
    return "Every acknowledged message is read at the end.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    Map<Object, Operation> missing = new TreeMap<>();
    long attempted = 0;
    long acknowledged = 0;
    try (OperationStream operations = history.open()) {
      while (operations.hasNext()) {
        Operation operation = operations.next();
        Object value = operation.value();
        if (operation.f().equals("send") && operation.type() == OperationType.INVOKE) {
          attempted++;
        } else if (operation.type() == OperationType.OK && value != null) {
          if (operation.f().equals("send")) {
            acknowledged++;
            missing.put(value, operation);
          } else if (operation.f().equals("read")) {
            missing.remove(value);
          }
        }
      }
    }
    List<Anomaly> anomalies =
        missing.values().stream()
            .limit(3)
            .map(o -> new Anomaly("lost", o.key(), "It is gone.", List.of(o), Map.of()))
            .toList();
    return new CheckResult(
        name(),
        missing.isEmpty() ? Verdict.PASS : Verdict.FAIL,
        missing.size() + " acknowledged messages are lost",
        attempted,
        0.01,
        Map.of(
            "attempted",
            attempted,
            "acknowledged",
            acknowledged,
            "lost",
            (long) missing.size(),
            "lost-across-strike",
            (long) missing.size()),
        anomalies,
        Map.of());
  }
}
