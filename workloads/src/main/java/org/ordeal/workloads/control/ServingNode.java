package org.ordeal.workloads.control;

/**
 * A broker node that ought to serve reads.
 *
 * @param node its name in the run, such as {@code n0}
 * @param group broker name of its group
 * @param address where client nodes reach it, {@code host:port}
 */
public record ServingNode(String node, String group, String address) {}
