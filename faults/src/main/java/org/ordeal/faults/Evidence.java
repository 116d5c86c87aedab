package org.ordeal.faults;

/**
 * One observation that a fault was, or was no longer, in force.
 *
 * @param nanos nanoseconds since the start of the run
 * @param subject the node or link that was observed
 * @param observation one sentence
 */
public record Evidence(long nanos, String subject, String observation) {}
