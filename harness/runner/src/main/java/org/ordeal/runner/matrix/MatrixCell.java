package org.ordeal.runner.matrix;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One configuration under one fault.
 *
 * @param topology label of the topology
 * @param flush {@code sync} or {@code async}
 * @param fault what is injected, as {@code --faults} takes it; {@code +} joins faults that go
 *     together
 */
public record MatrixCell(String topology, String flush, String fault) {

  /** The columns where nobody says otherwise. */
  public static final List<String> FAULTS =
      List.of(
          "kill:one",
          "kill:all",
          "power-loss:one",
          "power-loss:majority",
          "power-loss:all",
          "power-loss:all+slow-fsync",
          "disk-stall",
          "disk-error",
          "disk-full");

  /** The faults that are injected together, as {@code --faults} takes them. */
  public List<String> words() {
    return Arrays.asList(fault.split("\\+"));
  }

  /** A file name for a seed of this cell in a configuration, and for no other run. */
  String fileName(String configuration, long seed) {
    // Attributes have letters that no file name should: what the name leaves out is in the hash.
    String hash = fault.matches("[a-z0-9:+-]*") ? "" : "-%08x".formatted(fault.hashCode());
    return "%s-%s-%s%s-%d-%08x.json"
        .formatted(
            topology,
            flush,
            fault.replaceAll("[^a-z0-9]+", "-"),
            hash,
            seed,
            configuration.hashCode())
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "%s, %s, %s".formatted(topology, flush, fault);
  }
}
