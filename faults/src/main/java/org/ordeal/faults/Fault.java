package org.ordeal.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A way to break a cluster. Implementations are found by {@link java.util.ServiceLoader}, have a
 * public constructor without parameters, hold no state and are safe for use by several threads.
 */
public interface Fault {

  /** Name on the command line, such as {@code partition}; lower case, hyphens. */
  String name();

  /** One sentence. */
  String description();

  /** Whom it may hit, or in what shapes; the first is what a bare name stands for. */
  List<Target> targets();

  /** Its settings. */
  List<Attribute> attributes();

  /** What the environment must offer. */
  Set<Need> needs();

  /** Whether it is over by itself when {@link #inject} returns, so that healing only verifies. */
  default boolean momentary() {
    return false;
  }

  /**
   * Why this fault cannot hit these nodes, as a sentence; empty where it can.
   *
   * @param members every node of the cluster
   * @param target one of {@link #targets}
   */
  Optional<String> refusal(List<Member> members, String target);

  /**
   * Draws the nodes that can be decided before anything runs.
   *
   * @return the nodes, in an order that means something to this fault; empty where the moment
   *     decides, as for {@code leader}
   */
  List<String> choose(List<Member> members, String target, RandomGenerator random);

  /**
   * Injects the fault and returns once it is in force and its first evidence was taken.
   *
   * @throws FaultException where it could not be injected; whatever was half done has been undone
   * @throws IllegalArgumentException with a sentence, where the order names an unknown target, node
   *     or attribute, or a value out of bounds
   */
  Injection inject(Environment environment, Order order)
      throws FaultException, InterruptedException;

  /**
   * Every attribute's value: what is given, read and checked, and the defaults for the rest.
   *
   * @throws IllegalArgumentException with a sentence, where one is unknown or out of bounds
   */
  default Map<String, Object> complete(Map<String, Object> given) {
    Map<String, Object> complete = new LinkedHashMap<>();
    for (Attribute attribute : attributes()) {
      Object value = given.get(attribute.name());
      complete.put(
          attribute.name(), value == null ? attribute.defaultValue() : attribute.read(value));
    }
    for (String name : given.keySet()) {
      if (!complete.containsKey(name)) {
        throw new IllegalArgumentException(
            "The fault %s has no attribute '%s'; it has %s."
                .formatted(
                    name(),
                    name,
                    complete.isEmpty() ? "none" : String.join(", ", complete.keySet())));
      }
    }
    return complete;
  }
}
