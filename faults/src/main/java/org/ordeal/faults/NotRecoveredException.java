package org.ordeal.faults;

import java.util.List;

/**
 * A fault is over, but a node that it hit did not come back: the system under test has failed, not
 * the harness.
 */
public final class NotRecoveredException extends FaultException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> nodes;

  public NotRecoveredException(List<String> nodes, String sentence) {
    super(sentence);
    this.nodes = List.copyOf(nodes);
  }

  /** The nodes that did not come back. */
  public List<String> nodes() {
    return nodes;
  }
}
