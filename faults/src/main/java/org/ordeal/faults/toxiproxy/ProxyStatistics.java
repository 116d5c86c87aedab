package org.ordeal.faults.toxiproxy;

/**
 * What went through a proxy since it was created: evidence that a fault took.
 *
 * @param name name of the proxy
 * @param listen the address it listens at
 * @param upstream the address it connects to
 * @param enabled whether it listens
 * @param openConnections connections that are open now
 * @param acceptedConnections connections that were ever accepted
 * @param failedDials connections that were closed because the upstream could not be reached
 * @param upstreamBytes bytes from the clients towards the upstream
 * @param downstreamBytes bytes from the upstream towards the clients
 */
public record ProxyStatistics(
    String name,
    String listen,
    String upstream,
    boolean enabled,
    long openConnections,
    long acceptedConnections,
    long failedDials,
    Bytes upstreamBytes,
    Bytes downstreamBytes) {

  /** The bytes of one direction. */
  public Bytes bytes(Direction direction) {
    return direction == Direction.UPSTREAM ? upstreamBytes : downstreamBytes;
  }

  /**
   * The fate of the bytes of one direction.
   *
   * @param received bytes read from the source
   * @param sent bytes handed to the destination's socket
   * @param dropped bytes that a toxic, or the end of a connection, swallowed
   */
  public record Bytes(long received, long sent, long dropped) {
    /** Bytes that a toxic holds back at the moment. */
    public long held() {
      return Math.max(0, received - sent - dropped);
    }
  }
}
