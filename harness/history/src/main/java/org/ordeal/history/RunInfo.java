package org.ordeal.history;

import java.util.List;
import java.util.Map;

/**
 * {@code run.json}: what was run, on what, with which promise at stake.
 *
 * @param command the command line that made the run, word by word
 * @param ordealVersion version of Ordeal
 * @param javaVersion version of the JVM of the harness
 * @param workload name of the workload
 * @param system system under test, such as {@code reference} or {@code rocketmq:5.1.0}
 * @param systemDigest SHA-256 over the system's jars, in hexadecimal
 * @param topology such as {@code dledger}
 * @param flush {@code sync} or {@code async}
 * @param runtime {@code process} or {@code container}
 * @param seed seed of the plan
 * @param promise the promise at stake, one sentence
 * @param startedAt wall-clock time of the start, ISO 8601
 * @param machine processors, memory, kernel and the like, by name
 * @param options everything else that was decided, by name; plain data
 */
public record RunInfo(
    List<String> command,
    String ordealVersion,
    String javaVersion,
    String workload,
    String system,
    String systemDigest,
    String topology,
    String flush,
    String runtime,
    long seed,
    String promise,
    String startedAt,
    Map<String, String> machine,
    Map<String, Object> options) {

  public RunInfo {
    command = List.copyOf(command);
    machine = Map.copyOf(machine);
    options = Map.copyOf(options);
  }
}
