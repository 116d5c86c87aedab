package org.ordeal.checks.delivery;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;

/**
 * {@code displacement}: what a client was told of its own message holds when it looks. An operation
 * whose {@code error} begins with {@link #DISPLACED} is one that was acknowledged at an offset of a
 * queue which, read up to there, has another message in its place: {@code inconsistent-offset}.
 *
 * <p>Belongs to objects that live in a queue, such as {@code cas-register}: a read or cas of that
 * sort has no outcome, which a check for linearizability must take for one that nobody knows.
 */
public final class DisplacementCheck implements HistoryCheck {

  /** How the error of such an operation begins. */
  public static final String DISPLACED = "displaced: ";

  @Override
  public String name() {
    return "displacement";
  }

  @Override
  public String description() {
    return "An acknowledged operation is in the queue at the offset that its acknowledgement named.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Sightings sightings = new Sightings();
    Map<Integer, Operation> open = new HashMap<>();
    long ok = 0;
    try (OperationStream operations = history.open()) {
      while (operations.hasNext()) {
        Operation operation = operations.next();
        if (operation.byNemesis()) {
          continue;
        }
        if (operation.type() == OperationType.INVOKE) {
          open.put(operation.process(), operation);
          continue;
        }
        Operation invoked = open.remove(operation.process());
        String error = operation.error();
        if (error != null && error.startsWith(DISPLACED)) {
          sightings.add(
              "inconsistent-offset",
              operation.key(),
              "A %s was %s.".formatted(operation.f(), error.substring(DISPLACED.length())),
              Map.of(),
              invoked,
              operation);
        }
        ok += operation.type() == OperationType.OK ? 1 : 0;
      }
    }
    return sightings.result(
        name(),
        ok == 0 ? "Nothing was acknowledged, so nothing was tested." : null,
        "%d operations were where their acknowledgements said.".formatted(ok),
        ok,
        start,
        Map.of());
  }
}
