package org.ordeal.runner.gate;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a release must have shown. Immutable.
 *
 * @param name name of the policy, for the output
 * @param promises what must have been tested and held
 * @param controls losses that must have been shown, or the harness was too weak to be believed
 */
public record Policy(String name, List<Demand> promises, List<Demand> controls) {

  public Policy {
    promises = List.copyOf(promises);
    controls = List.copyOf(controls);
  }

  /**
   * Which runs a demand is about; a null or empty part fits every run.
   *
   * @param workload name of the workload
   * @param system name of the system; {@code rocketmq} fits {@code rocketmq:5.1.0}
   * @param topology name of the topology
   * @param flush {@code sync} or {@code async}
   * @param runtime {@code process} or {@code container}
   * @param faults {@code name} or {@code name:target}; each must have been in force, with evidence
   */
  public record Scope(
      @Nullable String workload,
      @Nullable String system,
      @Nullable String topology,
      @Nullable String flush,
      @Nullable String runtime,
      List<String> faults) {

    public Scope {
      faults = List.copyOf(faults);
    }

    /** In words, for sentences. */
    public String words() {
      StringBuilder words = new StringBuilder();
      for (String part : new @Nullable String[] {workload, system, topology, flush, runtime}) {
        if (part != null) {
          words.append(words.isEmpty() ? "" : " ").append(part);
        }
      }
      if (!faults.isEmpty()) {
        words.append(" under ").append(String.join(", ", faults));
      }
      return words.isEmpty() ? "any run" : words.toString().strip();
    }
  }

  /**
   * One entry of the policy.
   *
   * @param line where it begins in the policy file, from 1
   * @param scope the runs that it is about
   * @param runs at least so many runs
   * @param seeds with at least so many different seeds
   * @param acknowledged with at least so many acknowledged messages, all runs together
   * @param lost at least so many lost messages, all runs together (controls only)
   * @param unavailabilityMillis no window in which nothing could be written longer than this
   * @param p99Millis 99th percentile of the latency of sends, in each run
   * @param p99Factor the same, as a multiple of the baseline's median run
   * @param lines line number of each key that is set
   */
  public record Demand(
      int line,
      Scope scope,
      int runs,
      int seeds,
      long acknowledged,
      OptionalLong lost,
      OptionalDouble unavailabilityMillis,
      OptionalDouble p99Millis,
      OptionalDouble p99Factor,
      Map<String, Integer> lines) {

    public Demand {
      lines = Map.copyOf(lines);
    }

    int lineOf(String key) {
      return lines.getOrDefault(key, line);
    }
  }
}
