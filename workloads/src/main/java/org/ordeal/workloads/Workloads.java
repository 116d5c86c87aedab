package org.ordeal.workloads;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the workloads on the class path. */
public final class Workloads {

  private Workloads() {}

  /** Every workload on the class path, by name. */
  public static List<Workload> all() {
    return ServiceLoader.load(Workload.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Workload::name))
        .toList();
  }

  /**
   * The workload of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static Workload named(String name) {
    List<Workload> all = all();
    return all.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no workload \"%s\"; choose one of: %s."
                        .formatted(
                            name, String.join(", ", all.stream().map(Workload::name).toList()))));
  }
}
