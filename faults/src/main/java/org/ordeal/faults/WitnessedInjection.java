package org.ordeal.faults;

import java.util.List;
import java.util.Map;

/**
 * An injection that writes down what it sees. A subclass injects, says {@link #took(boolean)}, and
 * ends its fault in {@link #mend}.
 */
public abstract class WitnessedInjection implements Injection {

  /** What the fault is injected into. */
  protected final Environment environment;

  /** The nodes that it hits. */
  protected final List<TargetNode> hit;

  /** Takes down what is seen of it. */
  protected final EvidenceLog log;

  private final Map<String, Object> attributes;
  private volatile long startNanos;
  private volatile boolean took;
  private volatile boolean healed;

  /** In force from now on, as long as {@link #began} is not called. */
  protected WitnessedInjection(
      Environment environment, List<String> nodes, Map<String, Object> attributes) {
    this.environment = environment;
    this.hit = nodes.stream().<TargetNode>map(environment::target).toList();
    this.log = new EvidenceLog(environment);
    this.attributes = Map.copyOf(attributes);
    this.startNanos = environment.nanos();
  }

  /**
   * Ends the fault on every node and waits until its effect is seen to be over; tries again, when
   * called again, what it could not end.
   *
   * @throws FaultException as {@link #heal} does
   */
  protected abstract void mend() throws FaultException, InterruptedException;

  @Override
  public final void heal() throws FaultException, InterruptedException {
    if (!healed) {
      mend();
      healed = true;
    }
  }

  @Override
  public final List<String> nodes() {
    return hit.stream().map(TargetNode::name).toList();
  }

  @Override
  public final Map<String, Object> attributes() {
    return attributes;
  }

  @Override
  public final long startNanos() {
    return startNanos;
  }

  @Override
  public final boolean healed() {
    return healed;
  }

  @Override
  public final boolean took() {
    return took;
  }

  @Override
  public final List<Evidence> evidence() {
    return log.entries();
  }

  /** The fault is in force from now on. */
  protected final void began() {
    startNanos = environment.nanos();
  }

  /** Whether all that was seen so far shows that the fault was in force. */
  protected final void took(boolean seen) {
    took = seen;
  }
}
