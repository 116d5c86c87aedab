package org.ordeal.runner.promise;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Verdict;

/**
 * Which checks a system has promised to pass. What it never promised it cannot break: such a check
 * is carried out and told, and does not fail the run. {@code --require keeps} asks for all.
 *
 * @param system such as {@code reference} or {@code rocketmq:5.1.0}
 * @param promise of the configuration under the faults of the run
 * @param everything whether all checks count, whatever was promised
 * @param faults whether the run has any
 */
public record Scope(String system, Promise promise, boolean everything, boolean faults) {

  /** Objects that are made of acknowledged messages: they break where those may be lost. */
  private static final Set<String> REST_ON_DURABILITY =
      Set.of("linearizable-register", "linearizable-cas-register", "displacement");

  /** These miss messages where acknowledged ones may be lost. */
  private static final Set<String> WAITS_ON_DURABILITY =
      Set.of("ordered-delivery", "transactions", "delay");

  private static final Set<String> MISSING = Set.of("never-delivered", "committed-missing");
  private static final Set<String> ORDER = Set.of("double-ownership", "order-violation");

  /** The scope of a run that was asked for with {@code --require}. */
  public static Scope of(String system, Promise promise, String require, boolean faults) {
    return new Scope(system, promise, require.equals("keeps"), faults);
  }

  private boolean reference() {
    return system.equals("reference") || system.startsWith("variant:");
  }

  /** Why what a check found is no promise here; empty where it is one. */
  private Optional<String> unpromised(String check, CheckResult result) {
    if (everything) {
      return Optional.empty();
    }
    if (check.equals("ordered-delivery") && !reference() && faults && foundOnly(ORDER, result)) {
      return Optional.of(
          "Apache RocketMQ keeps the locks of queues in its broker's memory: it promises order for"
              + " as long as no broker fails.");
    }
    if (check.equals("linearizable-register") && !reference()) {
      return Optional.of(
          "Apache RocketMQ keeps the offsets of groups in its broker's memory and writes and copies"
              + " them every few seconds: it never promised that they are linearizable.");
    }
    if (WAITS_ON_DURABILITY.contains(check) && !promise.keeps() && foundOnly(MISSING, result)) {
      return Optional.of(promise.sentence());
    }
    if (REST_ON_DURABILITY.contains(check) && !promise.keeps()) {
      return Optional.of(promise.sentence());
    }
    return Optional.empty();
  }

  /**
   * Whether a check failed for anomalies of these names and for nothing else. One that failed and
   * does not say for what is not excused: of no anomaly at all, everything would be true.
   */
  private static boolean foundOnly(Set<String> names, CheckResult result) {
    return !result.anomalies().isEmpty()
        && result.anomalies().stream().map(Anomaly::name).allMatch(names::contains);
  }

  /** The checks, those that found what was never promised turned into passes that say so. */
  public Map<String, CheckResult> applyTo(Map<String, CheckResult> checks) {
    Map<String, CheckResult> scoped = new TreeMap<>();
    checks.forEach(
        (name, result) ->
            scoped.put(
                name,
                result.verdict() == Verdict.FAIL
                    ? unpromised(name, result).map(why -> permitted(result, why)).orElse(result)
                    : result));
    return scoped;
  }

  private static CheckResult permitted(CheckResult result, String why) {
    return new CheckResult(
        result.check(),
        Verdict.PASS,
        "%s No promise is broken by that: %s"
            .formatted(Judgement.sentence(result.reason()), Judgement.sentence(why)),
        result.operations(),
        result.seconds(),
        result.counts(),
        result.anomalies(),
        result.details());
  }
}
