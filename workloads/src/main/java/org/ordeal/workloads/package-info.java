/**
 * What clients do to a broker, and which checks must hold afterwards.
 *
 * <p>A <em>workload</em> is a kind of traffic with a promise attached: {@code durability} sends
 * unique messages and reads every queue to its end, {@code log} treats each queue as a log that
 * ought to be linearizable. {@link org.ordeal.workloads.Workload} describes one; implementations
 * are found by {@link java.util.ServiceLoader}, so that one can be added from another jar.
 *
 * <p>The harness never speaks RocketMQ itself. Traffic comes from <em>client nodes</em>: JVMs of
 * their own that run {@code org.ordeal.workloads.client.ClientMain} with the unmodified Apache
 * client, so that faults can hit a client as well and so that any version of the client can be put
 * to the test. The parts, from outside to inside:
 *
 * <ul>
 *   <li>{@code org.ordeal.workloads.control}: the requests that the harness sends to a client node
 *       (set up, load, stop, drain) and the answers, as JSON lines over one connection;
 *   <li>{@code org.ordeal.workloads.client}: the client node: it carries out those requests with
 *       the Apache client;
 *   <li>{@code org.ordeal.workloads.recorder}: the binary log that each client node appends its
 *       operations to, and the merge of these logs into one history.
 * </ul>
 */
@NullMarked
package org.ordeal.workloads;

import org.jspecify.annotations.NullMarked;
