package org.ordeal.checks.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/** A small history, event by event, 1 ms apart unless told otherwise. */
final class Script {

  private final List<Operation> operations = new ArrayList<>();
  private final Map<Integer, Operation> open = new HashMap<>();
  private String key = "t0-b-0";
  private long millis;
  private int fresh = 1_000;

  /** From here on it is so many milliseconds after the start. */
  Script at(long now) {
    millis = now;
    return this;
  }

  Script on(String otherKey) {
    key = otherKey;
    return this;
  }

  Script invoke(int process, String f, @Nullable Object value) {
    open.put(process, event(process, OperationType.INVOKE, f, value, key, null));
    return this;
  }

  Script ok(int process, @Nullable Object value) {
    return end(process, OperationType.OK, value, null);
  }

  Script info(int process, @Nullable Object value, String error) {
    return end(process, OperationType.INFO, value, error);
  }

  Script end(int process, OperationType type, @Nullable Object value, @Nullable String error) {
    Operation invoked = open.remove(process);
    if (invoked == null) {
      throw new IllegalStateException("process %d has nothing open".formatted(process));
    }
    event(process, type, invoked.f(), value, invoked.key(), error);
    return this;
  }

  /** An operation that succeeds at once. */
  Script done(String f, @Nullable Object invoked, @Nullable Object value) {
    int process = fresh++;
    return invoke(process, f, invoked).ok(process, value);
  }

  Script sent(String value, long offset) {
    return done("send", value, List.of(offset, value));
  }

  /** A drain of one node that finds these, from offset 0 on. */
  Script drained(String... values) {
    List<Object> pairs = new ArrayList<>();
    for (String value : values) {
      pairs.add(List.of((long) pairs.size(), value));
    }
    return done("drain", 0L, pairs).done("drain-end", null, List.of(0L, (long) values.length));
  }

  Script nemesis(OperationType type, String f) {
    event(Operation.NEMESIS, type, f, null, null, null);
    return this;
  }

  private Operation event(
      int process,
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String onKey,
      @Nullable String error) {
    Operation operation =
        new Operation(
            operations.size(), millis * 1_000_000, process, type, f, value, onKey, "n0", error);
    millis++;
    operations.add(operation);
    return operation;
  }

  CheckResult check(HistoryCheck check) {
    try {
      return check.check(HistorySource.of("script", operations), CheckBudget.standard());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
