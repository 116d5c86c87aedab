package org.ordeal.faults;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The faults that this class path offers. */
public final class Faults {

  private Faults() {}

  /** Every fault, by name. */
  public static List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    ServiceLoader.load(Fault.class).forEach(faults::add);
    faults.sort(Comparator.comparing(Fault::name));
    return List.copyOf(faults);
  }

  /** The fault of that name. */
  public static Optional<Fault> named(String name) {
    return all().stream().filter(fault -> fault.name().equals(name)).findFirst();
  }
}
