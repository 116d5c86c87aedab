package org.ordeal.runner.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ordeal.runner.UsageException;

/** The runtimes that this class path offers. */
public final class Runtimes {

  private Runtimes() {}

  /** Every runtime. */
  public static List<ClusterRuntime> all() {
    List<ClusterRuntime> runtimes = new ArrayList<>();
    ServiceLoader.load(ClusterRuntime.class).forEach(runtimes::add);
    return List.copyOf(runtimes);
  }

  /**
   * The runtime of that name.
   *
   * @throws UsageException where there is none
   */
  public static ClusterRuntime named(String name) {
    return all().stream()
        .filter(runtime -> runtime.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UsageException.unknownName(
                    "runtime", name, all().stream().map(ClusterRuntime::name).toList()));
  }
}
