package org.ordeal.replication;

/**
 * A member of the group, as {@code dLegerPeers} writes it: {@code n0-host:port}.
 *
 * @param id the part before the dash, such as {@code n0}
 * @param host a name or an address; names are resolved when a connection is made
 * @param port where it listens for its peers, 1 to 65535
 */
public record Member(String id, String host, int port) {

  /** RocketMQ's number of this member, for brokerId: the digits of its id. */
  public int number() {
    var digits = id.replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    return id + "-" + host + ":" + port;
  }
}
