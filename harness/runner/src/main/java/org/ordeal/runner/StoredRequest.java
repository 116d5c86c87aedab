package org.ordeal.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Schedule;

/** Makes of a stored run the request that carries it out again. */
public final class StoredRequest {

  private StoredRequest() {}

  /**
   * The request of a stored run, with a schedule.
   *
   * @param command the command line that asks for it now
   * @param store where the new run goes
   * @throws UsageException where the run's {@code run.json} lacks something
   */
  public static RunRequest of(RunInfo info, Schedule schedule, List<String> command, Path store) {
    Map<String, Object> options = info.options();
    Map<String, String> properties = new TreeMap<>();
    if (options.get("properties") instanceof Map<?, ?> given) {
      given.forEach((name, value) -> properties.put(String.valueOf(name), String.valueOf(value)));
    }
    return new RunRequest(
        command,
        info.workload(),
        info.system(),
        info.topology(),
        info.flush(),
        number(options, "nodes"),
        number(options, "groups"),
        number(options, "nameservers"),
        List.of(),
        schedule,
        Duration.ofMillis(schedule.durationMillis()),
        number(options, "rate"),
        number(options, "clients"),
        info.runtime(),
        properties,
        String.valueOf(options.getOrDefault("require", "documented")),
        store,
        Duration.ofMillis(number(options, "recoveryMillis")),
        info.seed());
  }

  private static int number(Map<String, Object> options, String name) {
    @Nullable Object value = options.get(name);
    if (value instanceof Number number) {
      return number.intValue();
    }
    throw new UsageException(
        "The run's run.json has no number '%s' among its options, so it cannot be repeated."
            .formatted(name));
  }
}
