package org.ordeal.replication;

/**
 * RocketMQ's version of a table: moves with each change that is applied, the same on each member.
 *
 * @param stateVersion always 0 here
 * @param timestampMillis milliseconds since 1970, of the leader that proposed the last change
 * @param counter number of changes
 */
public record DataVersion(long stateVersion, long timestampMillis, long counter) {
  public static final DataVersion INITIAL = new DataVersion(0, 0, 0);
}
