package org.ordeal.runner.plan;

import java.util.List;
import org.ordeal.faults.Fault;
import org.ordeal.faults.Faults;
import org.ordeal.runner.UsageException;

/**
 * The faults that can be asked for by name. Immutable.
 *
 * @param faults by name
 */
public record FaultCatalogue(List<Fault> faults) {

  public FaultCatalogue {
    faults = List.copyOf(faults);
  }

  /** Those that the class path offers. */
  public static FaultCatalogue ofClassPath() {
    return new FaultCatalogue(Faults.all());
  }

  /**
   * The fault of that name.
   *
   * @throws UsageException where there is none
   */
  public Fault named(String name) {
    return faults.stream()
        .filter(fault -> fault.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                UsageException.unknownName(
                    "fault", name, faults.stream().map(Fault::name).toList()));
  }
}
