package org.ordeal.checks.linearizability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.Verdict;

/**
 * Checks that a history is linearizable: that it could have been made by an object that does one
 * operation at a time, each at some moment between its invocation and its completion (Herlihy and
 * Wing, 1990). Thread-safe.
 */
public class LinearizabilityCheck implements HistoryCheck {

  /** The name of the anomaly that this check finds. */
  public static final String ANOMALY = "not-linearizable";

  private static final int ROWS_WORTH_A_THREAD = 4000;
  private static final int MOST_ANOMALIES = 10;

  private final ObjectModel model;

  /**
   * Makes the check for a model that starts as it always does.
   *
   * @param model one of {@link Models#names()}
   */
  public LinearizabilityCheck(String model) {
    this(model, null);
  }

  /**
   * Makes the check for a model.
   *
   * @param model one of {@link Models#names()}
   * @param initial the value that a register holds, or the offset at which a log begins, before the
   *     first operation; null for none, or 0
   * @throws IllegalArgumentException if there is no such model, or it has no such initial value
   */
  public LinearizabilityCheck(String model, @Nullable Object initial) {
    this.model = Models.find(model, initial);
  }

  @Override
  public String name() {
    return "linearizable-" + model.name();
  }

  @Override
  public String description() {
    return "Every object in the history behaves like a "
        + model.name()
        + " that does one thing at a time.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    Limits limits = new Limits(budget);
    try {
      CompiledHistory compiled;
      try (OperationStream stream = history.open()) {
        compiled = CompiledHistory.compile(stream, model, limits);
      }
      List<Decision> decisions = decide(compiled.partitions(), limits);
      return result(history, compiled, decisions, limits, start);
    } catch (Limits.Exceeded e) {
      return unknown("undecided: " + e.reason() + " before the history was read", start);
    } catch (OutOfMemoryError e) {
      return unknown("the heap of this process is too small for this history", start);
    }
  }

  private CheckResult unknown(String reason, long start) {
    return new CheckResult(
        name(), Verdict.UNKNOWN, reason, 0, seconds(start), Map.of(), List.of(), Map.of());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Decides every partition, side by side where that pays. */
  static List<Decision> decide(List<Partition> partitions, Limits limits) {
    long rows = 0;
    for (Partition partition : partitions) {
      rows += partition.size;
    }
    // To ask for the number of processors costs more than to decide a short history.
    int threads =
        rows < ROWS_WORTH_A_THREAD
            ? 1
            : Math.min(Runtime.getRuntime().availableProcessors(), partitions.size());
    if (threads < 2) {
      List<Decision> decisions = new ArrayList<>();
      for (Partition partition : partitions) {
        decisions.add(FrontierEngine.decideBest(partition, limits));
      }
      return decisions;
    }
    try (ExecutorService executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("linearizability-", 0).daemon().factory())) {
      List<Future<Decision>> futures =
          partitions.stream()
              .map(partition -> executor.submit(() -> FrontierEngine.decideBest(partition, limits)))
              .toList();
      List<Decision> decisions = new ArrayList<>();
      for (Future<Decision> future : futures) {
        decisions.add(future.get());
      }
      return decisions;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a history was checked", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutOfMemoryError tooLarge) {
        throw tooLarge;
      }
      throw new IllegalStateException("a linearizability check has failed", e.getCause());
    }
  }

  private CheckResult result(
      HistorySource history,
      CompiledHistory compiled,
      List<Decision> decisions,
      Limits limits,
      long start)
      throws IOException {
    // What proves nothing is no pass.
    Verdict verdict = compiled.saysSomething() ? Verdict.PASS : Verdict.UNKNOWN;
    Map<String, Integer> algorithms = new TreeMap<>();
    List<Failure> failures = new ArrayList<>();
    String unknown =
        compiled.operations() == 0
            ? "the history holds no operation of a client, so nothing was tested"
            : verdict == Verdict.UNKNOWN
                ? "no operation is known to have completed, so nothing was tested"
                : "";
    for (int i = 0; i < decisions.size(); i++) {
      Decision decision = decisions.get(i);
      verdict = verdict.and(decision.verdict());
      algorithms.merge(decision.algorithm(), 1, Integer::sum);
      if (decision.failed()) {
        failures.add(new Failure(compiled.partitions().get(i), decision));
      } else if (decision.verdict() == Verdict.UNKNOWN && unknown.isEmpty()) {
        unknown = forKey(compiled.partitions().get(i)) + decision.reason();
      }
    }
    List<Anomaly> anomalies = anomalies(history, failures, limits);
    Map<String, Long> counts =
        failures.isEmpty() ? Map.of() : Map.of(ANOMALY, (long) failures.size());
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("model", model.name());
    details.put("objects", compiled.partitions().size());
    details.put("algorithms", algorithms);
    compiled.truncated().ifPresent(told -> details.put("truncated", told));
    String reason =
        switch (verdict) {
          case PASS -> "every object has a linearization";
          case UNKNOWN -> "undecided: " + unknown;
          case FAIL -> anomalies.get(0).summary();
        };
    if (compiled.truncated().isPresent()) {
      reason += " (" + compiled.truncated().get() + ")";
    }
    return new CheckResult(
        name(), verdict, reason, compiled.operations(), seconds(start), counts, anomalies, details);
  }

  private static String forKey(Partition partition) {
    return partition.key == null ? "" : partition.key + ": ";
  }

  private record Failure(Partition partition, Decision decision) {}

  private List<Anomaly> anomalies(HistorySource history, List<Failure> failures, Limits limits)
      throws IOException {
    if (failures.isEmpty()) {
      return List.of();
    }
    Witnesses witnesses = new Witnesses();
    List<Counterexample> counterexamples = new ArrayList<>();
    for (Failure failure : failures.subList(0, Math.min(failures.size(), MOST_ANOMALIES))) {
      Counterexample counterexample =
          Counterexample.find(failure.partition, failure.decision, limits);
      counterexamples.add(counterexample);
      witnesses.want(failure.partition, counterexample.rows());
    }
    witnesses.read(history);
    List<Anomaly> anomalies = new ArrayList<>();
    for (int i = 0; i < counterexamples.size(); i++) {
      anomalies.add(anomaly(failures.get(i).partition, counterexamples.get(i), witnesses));
    }
    anomalies.sort(Comparator.comparingLong(LinearizabilityCheck::failingIndex));
    return anomalies;
  }

  private static long failingIndex(Anomaly anomaly) {
    return anomaly.details().get("failingIndex") instanceof Long index ? index : Long.MAX_VALUE;
  }

  private Anomaly anomaly(Partition partition, Counterexample counterexample, Witnesses witnesses) {
    List<BarPicture.Bar> bars = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    BitSet rows = counterexample.rows();
    Operation failing = null;
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      Operation invocation = witnesses.at(partition, partition.call[row]);
      Operation completion =
          partition.completed(row) ? witnesses.at(partition, partition.ret[row]) : null;
      operations.add(invocation);
      if (completion != null) {
        operations.add(completion);
      }
      BarPicture.Standing standing =
          row == counterexample.failing()
              ? BarPicture.Standing.FAILING
              : counterexample.kept().get(row)
                  ? BarPicture.Standing.KEPT
                  : BarPicture.Standing.LOOSENED;
      if (standing == BarPicture.Standing.FAILING) {
        failing = completion;
      }
      bars.add(new BarPicture.Bar(invocation, completion, standing));
    }
    operations.sort(Comparator.comparingLong(Operation::index));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("model", model.name());
    details.put("algorithm", counterexample.algorithm());
    details.put("why", counterexample.reason());
    details.put("minimal", counterexample.minimal());
    if (failing != null) {
      details.put("failingIndex", failing.index());
    }
    details.put("bars", BarPicture.data(bars));
    details.put("picture", BarPicture.text(bars));
    if (!counterexample.configurations().isEmpty()) {
      details.put("configurations", configurations(partition, counterexample, witnesses));
    }
    return new Anomaly(
        ANOMALY, partition.key, summary(counterexample, failing), operations, details);
  }

  private String summary(Counterexample counterexample, @Nullable Operation failing) {
    String where =
        failing == null
            ? ""
            : String.format(
                Locale.ROOT,
                " at the completion of %s (index %d, process %d)",
                failing.f(),
                failing.index(),
                failing.process());
    int kept = counterexample.kept().cardinality();
    return "not a linearizable "
        + model.name()
        + where
        + ": "
        + counterexample.reason()
        + "; "
        + (kept == 1 ? "1 operation shows" : kept + " operations show")
        + " it";
  }

  private static List<Map<String, Object>> configurations(
      Partition partition, Counterexample counterexample, Witnesses witnesses) {
    List<Map<String, Object>> list = new ArrayList<>();
    BitSet rows = counterexample.rows();
    for (Decision.Configuration configuration : counterexample.configurations()) {
      List<Long> tookEffect = new ArrayList<>();
      for (int row : configuration.tookEffect()) {
        if (rows.get(row)) {
          tookEffect.add(witnesses.at(partition, partition.call[row]).index());
        }
      }
      list.add(Map.of("state", configuration.state(), "tookEffect", tookEffect));
    }
    return list;
  }

  /** A register, found by its name in results. */
  public static final class Register extends LinearizabilityCheck {
    /** Makes the check. */
    public Register() {
      super("register");
    }
  }

  /** A register with compare-and-set. */
  public static final class CasRegister extends LinearizabilityCheck {
    /** Makes the check. */
    public CasRegister() {
      super("cas-register");
    }
  }

  /** A lock. */
  public static final class Mutex extends LinearizabilityCheck {
    /** Makes the check. */
    public Mutex() {
      super("mutex");
    }
  }

  /** Texts that grow, by key. */
  public static final class KvAppend extends LinearizabilityCheck {
    /** Makes the check. */
    public KvAppend() {
      super("kv-append");
    }
  }

  /** A queue in order of age. */
  public static final class FifoQueue extends LinearizabilityCheck {
    /** Makes the check. */
    public FifoQueue() {
      super("fifo-queue");
    }
  }

  /** A queue without order. */
  public static final class UnorderedQueue extends LinearizabilityCheck {
    /** Makes the check. */
    public UnorderedQueue() {
      super("unordered-queue");
    }
  }

  /** A log with offsets. */
  public static final class Log extends LinearizabilityCheck {
    /** Makes the check. */
    public Log() {
      super("log");
    }
  }
}
