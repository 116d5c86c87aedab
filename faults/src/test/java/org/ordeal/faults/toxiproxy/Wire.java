package org.ordeal.faults.toxiproxy;

import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One plain TCP connection of a test. */
final class Wire implements AutoCloseable {
  /** Nothing that a test waits for takes this long, however busy the machine is. */
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  private Wire(Socket socket) {
    this.socket = socket;
  }

  /** How a connection ended, as the reader sees it. */
  enum Ending {
    CLOSED,
    RESET
  }

  static Wire to(Proxy proxy) throws IOException {
    return to(proxy.getListen());
  }

  static Wire to(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(
        new InetSocketAddress(
            InetAddress.ofLiteral(address.substring(0, colon)),
            Integer.parseInt(address.substring(colon + 1))),
        PATIENCE_MILLIS);
    return new Wire(socket);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] data) throws IOException {
    socket.getOutputStream().write(data);
  }

  /** Exactly so many bytes, as text; waits for them. */
  String read(int bytes) throws IOException {
    return new String(readBytes(bytes), StandardCharsets.UTF_8);
  }

  byte[] readBytes(int bytes) throws IOException {
    byte[] data = socket.getInputStream().readNBytes(bytes);
    if (data.length < bytes) {
      throw new IOException(
          "wanted " + bytes + " bytes, but the stream ended after " + data.length);
    }
    return data;
  }

  /** What one read brings. */
  int readSome(byte[] into) throws IOException {
    return socket.getInputStream().read(into);
  }

  /** Whether nothing arrives, not even the end, for a while. */
  boolean silentFor(Duration time) throws IOException {
    socket.setSoTimeout(Math.toIntExact(time.toMillis()));
    try {
      socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Reads until the connection ends, and tells how it did. */
  Ending awaitEnd() throws IOException {
    try {
      byte[] buffer = new byte[8192];
      int read;
      do {
        read = socket.getInputStream().read(buffer);
      } while (read >= 0);
      return Ending.CLOSED;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (SocketException e) {
      return Ending.RESET;
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
