package org.ordeal.runner.cluster;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.ordeal.faults.Link;
import org.ordeal.faults.Link.Probe.Outcome;

/** Harmless requests that show whether a node can be reached at some address, and how fast. */
public final class Probes {

  private static final int BOLT_REQUEST_HEADER_BYTES = 22;
  private static final int BOLT_ANSWER_HEADER_BYTES = 20;

  private Probes() {}

  /**
   * Asks once.
   *
   * @param address where to dial
   * @param protocol what is spoken there
   * @param payloadBytes how much to send along
   * @param atMost bound on dial and wait, each
   */
  public static Link.Probe probe(
      InetSocketAddress address, Port.Protocol protocol, int payloadBytes, Duration atMost) {
    long start = System.nanoTime();
    Outcome outcome;
    try {
      switch (protocol) {
        case REMOTING ->
            RemotingCall.call(
                address, RemotingCall.UNSERVED, Map.of(), new byte[payloadBytes], atMost);
        case BOLT -> heartbeat(address, payloadBytes, atMost);
        case OPAQUE -> {
          return new Link.Probe(Outcome.NOT_PROBED, 0);
        }
      }
      outcome = Outcome.ANSWERED;
    } catch (SocketTimeoutException e) {
      outcome = Outcome.SILENT;
    } catch (ConnectException e) {
      outcome = Outcome.REFUSED;
    } catch (EOFException e) {
      outcome = Outcome.CLOSED;
    } catch (SocketException e) {
      outcome = Outcome.RESET;
    } catch (IOException e) {
      outcome = Outcome.CLOSED;
    }
    return new Link.Probe(outcome, System.nanoTime() - start);
  }

  /**
   * A heartbeat of SOFABolt's protocol, version 1, which every bolt server answers.
   *
   * <pre>
   *   request   proto=1 type=1 command=0(int16) version=1 id(int32) codec=1 timeout(int32)
   *             class(int16) header(int16) content(int32) ...
   *   answer    proto   type=0 command(int16)   version   id(int32) codec   status(int16)
   *             class(int16) header(int16) content(int32) ...
   * </pre>
   *
   * Source: {@code RpcCommandEncoder} of SOFABolt 1.6.
   */
  private static void heartbeat(InetSocketAddress address, int payloadBytes, Duration atMost)
      throws IOException {
    int millis = Math.toIntExact(Math.max(1, atMost.toMillis()));
    byte[] request =
        ByteBuffer.allocate(BOLT_REQUEST_HEADER_BYTES + payloadBytes)
            .put((byte) 1)
            .put((byte) 1)
            .putShort((short) 0)
            .put((byte) 1)
            .putInt(1)
            .put((byte) 1)
            .putInt(millis)
            .putShort((short) 0)
            .putShort((short) 0)
            .putInt(payloadBytes)
            .array();
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      socket.getOutputStream().write(request);
      new DataInputStream(socket.getInputStream()).readFully(new byte[BOLT_ANSWER_HEADER_BYTES]);
    }
  }
}
