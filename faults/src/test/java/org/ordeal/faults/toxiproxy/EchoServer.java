package org.ordeal.faults.toxiproxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An upstream for tests: handles every connection on a virtual thread, sends back what it gets. */
final class EchoServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger reset = new AtomicInteger();
  private final AtomicLong received = new AtomicLong();

  private EchoServer(Handler handler) throws IOException {
    this.handler = handler;
    listener = new ServerSocket();
    listener.bind(new InetSocketAddress(java.net.InetAddress.ofLiteral("127.0.0.1"), 0));
    Thread.ofVirtual().name("echo").start(this::accept);
  }

  /** What the upstream does with a connection. */
  interface Handler {
    void handle(EchoServer server, Socket socket) throws IOException;
  }

  /** Sends everything back. */
  static EchoServer start() throws IOException {
    return new EchoServer(EchoServer::echo);
  }

  /** Counts what comes and answers nothing. */
  static EchoServer startSilent() throws IOException {
    return new EchoServer(EchoServer::swallow);
  }

  static EchoServer start(Handler handler) throws IOException {
    return new EchoServer(handler);
  }

  private void accept() {
    while (true) {
      try {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      handler.handle(this, socket);
      ended.incrementAndGet();
    } catch (IOException e) {
      reset.incrementAndGet();
    } finally {
      open.remove(socket);
    }
  }

  private void echo(Socket socket) throws IOException {
    byte[] buffer = new byte[65536];
    for (int n = socket.getInputStream().read(buffer);
        n >= 0;
        n = socket.getInputStream().read(buffer)) {
      received.addAndGet(n);
      socket.getOutputStream().write(buffer, 0, n);
    }
  }

  private void swallow(Socket socket) throws IOException {
    byte[] buffer = new byte[65536];
    for (int n = socket.getInputStream().read(buffer);
        n >= 0;
        n = socket.getInputStream().read(buffer)) {
      received.addAndGet(n);
    }
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Connections on which this server saw the end of the stream. */
  int ended() {
    return ended.get();
  }

  /** Connections that broke. */
  int reset() {
    return reset.get();
  }

  int open() {
    return open.size();
  }

  long received() {
    return received.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
