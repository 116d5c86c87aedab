package org.ordeal.faults;

/**
 * One node as a plan knows it, before anything runs.
 *
 * @param name host name, such as {@code n0}
 * @param kind what it does
 * @param group the replication group it belongs to; for nodes that replicate nothing (NameServers,
 *     clients) the name of their kind in lower case
 */
public record Member(String name, NodeKind kind, String group) {}
