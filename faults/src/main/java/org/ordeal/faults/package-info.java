/**
 * Breaks a cluster on purpose, shows that it was broken, and mends it.
 *
 * <p>A <em>fault</em> ({@link org.ordeal.faults.Fault}) is a way to break things: {@code kill},
 * {@code partition}. It has a name, a set of <em>targets</em> (whom it may hit: {@code leader},
 * {@code minority}; or in what shape: {@code one-way}, {@code halves}) and <em>attributes</em> (how
 * hard: latency in milliseconds). Faults are found by {@link java.util.ServiceLoader}, so one can
 * be added from another jar.
 *
 * <p>A fault acts on an {@link org.ordeal.faults.Environment}: the <em>nodes</em> of a cluster
 * ({@link org.ordeal.faults.TargetNode}) and the <em>links</em> between them ({@link
 * org.ordeal.faults.Link}), each a Toxiproxy proxy on one directed way from one node to one port of
 * another. It knows nothing of what runs there, nor whether nodes are processes or containers.
 *
 * <p>A fault in force is an {@link org.ordeal.faults.Injection}. It ends by being healed, and it
 * answers for itself: it <em>took</em> only if it has evidence, gathered before, during and after,
 * that it was in force, and it is <em>healed</em> only when that was seen too. A fault without
 * evidence proves nothing about the system under test, so a run with one is never a pass.
 *
 * <p>What is decided when:
 *
 * <pre>
 *   plan      choose(members, target, random)   nodes that the seed decides: kill:one -&gt; [n2]
 *   start     inject(environment, order)        nodes that the moment decides: kill:leader -&gt; [n0]
 *   end       injection.heal()                  evidence complete
 * </pre>
 *
 * The nodes of an injection, given back as the nodes of an order, carry out the same fault again:
 * that is how a run is replayed.
 */
@NullMarked
package org.ordeal.faults;

import org.jspecify.annotations.NullMarked;
