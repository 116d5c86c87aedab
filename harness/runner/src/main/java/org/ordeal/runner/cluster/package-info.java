/**
 * Clusters: which nodes there are, what each runs, how they find each other, and how they end.
 *
 * <p>Three ideas, kept apart so that each can be had in several kinds:
 *
 * <ul>
 *   <li>a <em>system</em> ({@link org.ordeal.runner.cluster.SystemUnderTest}) knows a piece of
 *       software: its class path, its ports, and how its property files say a topology. It knows
 *       nothing of proxies, processes or containers.
 *   <li>a <em>runtime</em> ({@link org.ordeal.runner.cluster.ClusterRuntime}) knows how to make
 *       nodes: processes, or containers. It decides addresses, puts a proxy on every directed link,
 *       and knows nothing of the software but its ports.
 *   <li>a <em>cluster</em> ({@link org.ordeal.runner.cluster.Cluster}) is the two together,
 *       running: what faults act on and what clients talk to.
 * </ul>
 *
 * <p><b>Names, not addresses.</b> Every node has a host name: brokers {@code n0}, {@code n1}...,
 * NameServers {@code ns0}..., clients {@code c0}.... Configuration carries names only, and what a
 * name means is each node's own affair: another node's name leads to the proxy on the link to it.
 * Brokers are numbered through all groups: with two groups of three, {@code g0} is {@code n0 n1 n2}
 * and {@code g1} is {@code n3 n4 n5}.
 */
@NullMarked
package org.ordeal.runner.cluster;

import org.jspecify.annotations.NullMarked;
