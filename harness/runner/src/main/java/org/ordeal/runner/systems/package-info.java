/**
 * The software that can be put through an ordeal, and how its property files say a topology.
 *
 * <p>{@code reference} is the broker of this project, {@code rocketmq:<version>} a release of
 * Apache RocketMQ from Maven Central, {@code dist:<directory>} any build of it that was unpacked.
 * All three read RocketMQ's property files, so {@link org.ordeal.runner.systems.BrokerProperties}
 * writes them for all; they differ in class paths, in flags of the JVM, and in which ports heed
 * {@code bindAddress}.
 *
 * <p>Ports of a broker:
 *
 * <pre>
 *   listen   10911   clients, and followers that fetch settings    listenPort
 *   vip      10909   the same, for clients that ask for it          listenPort - 2
 *   ha       10912   master's stream to slaves (Apache)             haListenPort
 *   raft     40911   DLedger or JRaft between members of a group    dLegerPeers
 * </pre>
 *
 * NameServers have {@code listen} 9876 and, in the topology {@code controller}, {@code controller}
 * 9986. Apache's DLedger, HA and controller servers listen on every address of the machine whatever
 * they are told, which is why {@link org.ordeal.runner.cluster.Port#wildcard} exists.
 */
@NullMarked
package org.ordeal.runner.systems;

import org.jspecify.annotations.NullMarked;
