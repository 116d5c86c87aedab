package org.ordeal.faults;

import java.util.ArrayList;
import java.util.List;

/** Takes down what an injection sees, with its time. Thread-safe. */
public final class EvidenceLog {

  private final Environment environment;
  private final List<Evidence> entries = new ArrayList<>();

  public EvidenceLog(Environment environment) {
    this.environment = environment;
  }

  /**
   * Notes an observation made now.
   *
   * @param subject the node or link that was observed
   * @param observation one sentence
   */
  public synchronized void add(String subject, String observation) {
    entries.add(new Evidence(environment.nanos(), subject, observation));
  }

  /** Everything noted so far, in order of time. */
  public synchronized List<Evidence> entries() {
    return List.copyOf(entries);
  }
}
