package org.ordeal.workloads.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.control.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client node's end of the control connection: reads requests, answers each on a thread of its
 * own, so that a drain does not hold up a question about progress.
 */
final class ControlServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

  private final ServerSocket server;
  private final Function<Request, Reply> handler;
  private final Wire wire = new Wire();

  private ControlServer(ServerSocket server, Function<Request, Reply> handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * Listens.
   *
   * @param address {@code host:port}; port 0 picks a free one
   * @param handler answers a request; what it throws becomes {@link Reply.Failed}
   */
  static ControlServer listen(String address, Function<Request, Reply> handler) throws IOException {
    int colon = address.lastIndexOf(':');
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(
          new InetSocketAddress(
              InetAddress.getByName(address.substring(0, colon)),
              Integer.parseInt(address.substring(colon + 1))));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw new IOException(
          "Could not listen for the harness on %s: %s".formatted(address, e.getMessage()), e);
    }
    ControlServer server = new ControlServer(socket, handler);
    Thread.ofVirtual().name("control-accept").start(server::accept);
    return server;
  }

  /** Where it listens, {@code host:port}. */
  String address() {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().name("control-read").start(() -> serve(socket));
      } catch (IOException e) {
        if (!server.isClosed()) {
          log.warn("The control port failed to take a connection.", e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        Writer out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8)) {
      socket.setTcpNoDelay(true);
      String line;
      while ((line = in.readLine()) != null) {
        Wire.NumberedRequest request = wire.readRequest(line);
        Thread.ofVirtual().name("control-" + request.id()).start(() -> answer(request, out));
      }
    } catch (IOException | IllegalArgumentException e) {
      log.info("A control connection ended: {}", e.getMessage());
    }
  }

  private void answer(Wire.NumberedRequest request, Writer out) {
    Reply reply;
    try {
      reply = handler.apply(request.request());
    } catch (RuntimeException | Error e) {
      // An Error too (a client version that lacks a class) is an answer to the harness.
      log.error("Could not carry out {}", request, e);
      reply = new Reply.Failed("%s failed: %s".formatted(request.request(), e));
    }
    String line = wire.write(new Wire.NumberedReply(request.id(), reply)) + "\n";
    try {
      synchronized (out) {
        out.write(line);
        out.flush();
      }
    } catch (IOException e) {
      log.info("The answer to request {} found no reader: {}", request.id(), e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
