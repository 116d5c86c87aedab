package org.ordeal.checks.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationType;

/** Builds a small history on one queue, line by line. Every event is 1 ms after the last. */
final class LogHistory {

  static final String KEY = "t0-b-0";

  private final List<Operation> operations = new ArrayList<>();
  private final Map<Integer, Operation> open = new HashMap<>();
  private @Nullable String key = KEY;
  private long time;
  private int nextProcess = 1000;

  LogHistory on(@Nullable String queue) {
    this.key = queue;
    return this;
  }

  LogHistory at(long millis) {
    this.time = millis * 1_000_000;
    return this;
  }

  LogHistory invoke(int process, String f, @Nullable Object value, @Nullable String node) {
    Operation operation = event(process, OperationType.INVOKE, f, value, node, null, key);
    open.put(process, operation);
    return this;
  }

  private Operation event(
      int process,
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String node,
      @Nullable String error,
      @Nullable String onKey) {
    Operation operation =
        new Operation(operations.size(), time, process, type, f, value, onKey, node, error);
    time += 1_000_000;
    operations.add(operation);
    return operation;
  }

  private LogHistory end(
      int process, OperationType type, @Nullable Object value, @Nullable String error) {
    Operation invoked = opened(process);
    open.remove(process);
    event(process, type, invoked.f(), value, invoked.node(), error, invoked.key());
    return this;
  }

  private Operation opened(int process) {
    return Objects.requireNonNull(open.get(process), "no operation is open");
  }

  LogHistory ok(int process, @Nullable Object value) {
    return end(process, OperationType.OK, value, null);
  }

  LogHistory fail(int process, String error) {
    return end(process, OperationType.FAIL, opened(process).value(), error);
  }

  LogHistory info(int process, String error) {
    return end(process, OperationType.INFO, opened(process).value(), error);
  }

  static List<@Nullable Object> at(long offset, @Nullable Object value) {
    return Arrays.asList(offset, value);
  }

  LogHistory sent(String value, long offset) {
    int process = nextProcess++;
    return invoke(process, "send", value, null).ok(process, at(offset, value));
  }

  LogHistory sendFails(String value) {
    int process = nextProcess++;
    return invoke(process, "send", value, null).fail(process, "2 SYSTEM_BUSY");
  }

  LogHistory sendUnknown(String value) {
    int process = nextProcess++;
    return invoke(process, "send", value, null).info(process, "time-out");
  }

  LogHistory sendWeaker(String value) {
    int process = nextProcess++;
    return invoke(process, "send", value, null)
        .info(process, LogOperations.WEAKER + "FLUSH_SLAVE_TIMEOUT");
  }

  LogHistory read(long offset, @Nullable Object value) {
    int process = nextProcess++;
    return invoke(process, "read", at(offset, null), "n0").ok(process, at(offset, value));
  }

  LogHistory maxOffset(long end) {
    int process = nextProcess++;
    return invoke(process, "max-offset", null, "n0").ok(process, end);
  }

  LogHistory poll(long from, String... values) {
    int process = nextProcess++;
    return invoke(process, "poll", from, "n0").ok(process, pairs(from, values));
  }

  private static List<Object> pairs(long from, String... values) {
    List<Object> pairs = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      pairs.add(List.of(from + i, values[i]));
    }
    return pairs;
  }

  /** A whole drain of one node: values from offset 0 on; an empty text leaves its offset out. */
  LogHistory drain(String node, String... values) {
    return drainFrom(node, 0, values);
  }

  /** The same of a node that names a later offset as its first; values before it are left out. */
  LogHistory drainFrom(String node, int min, String... values) {
    int process = nextProcess++;
    List<Object> pairs = new ArrayList<>();
    for (int i = min; i < values.length; i++) {
      if (!values[i].isEmpty()) {
        pairs.add(List.of((long) i, values[i]));
      }
    }
    invoke(process, "drain", 0L, node).ok(process, pairs);
    return invoke(process, "drain-end", null, node)
        .ok(process, List.of((long) min, (long) values.length));
  }

  LogHistory drainFails(String node) {
    int process = nextProcess++;
    return invoke(process, "drain-end", null, node).fail(process, "did not answer");
  }

  LogHistory foundInFiles(String node, String... values) {
    int process = nextProcess++;
    return invoke(process, "found-in-files", null, node).ok(process, List.of((Object[]) values));
  }

  /** An operation of the fault runner. */
  LogHistory nemesis(OperationType type, String fault, String stage) {
    operations.add(
        new Operation(
            operations.size(),
            time,
            Operation.NEMESIS,
            type,
            fault,
            Map.of("stage", stage, "number", 0L, "target", "all"),
            null,
            null,
            null));
    time += 1_000_000;
    return this;
  }

  HistorySource source() {
    return HistorySource.of("test", operations);
  }

  CheckResult check(HistoryCheck check) {
    try {
      return check.check(source(), CheckBudget.standard());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  CheckResult durability() {
    return check(new DurabilityCheck());
  }

  CheckResult log() {
    return check(new LogCheck());
  }
}
