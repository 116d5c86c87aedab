package org.ordeal.workloads.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The harness's end of the control connection of one client node.
 *
 * <p>Thread-safe: requests may overlap. After the client node was killed, dial again once it has
 * been restarted.
 */
public final class ClientControl implements AutoCloseable {

  private final String client;
  private final Socket socket;
  private final Writer out;
  private final Wire wire = new Wire();
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<Reply>> open = new ConcurrentHashMap<>();
  private volatile @Nullable IOException closed;

  private ClientControl(String client, Socket socket) throws IOException {
    this.client = client;
    this.socket = socket;
    this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
  }

  /**
   * Dials a client node.
   *
   * @param client its name, for messages
   * @param address control address
   * @param timeout how long to wait for the connection
   */
  public static ClientControl dial(String client, InetSocketAddress address, Duration timeout)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, Math.toIntExact(timeout.toMillis()));
      ClientControl control = new ClientControl(client, socket);
      Thread.ofVirtual().name("control-" + client).start(control::receive);
      return control;
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "Could not reach the control port of client node %s at %s: %s"
              .formatted(client, address, e.getMessage()),
          e);
    }
  }

  /**
   * Reads the control address that a client node has written into its directory, if it has.
   *
   * @param directory the client node's directory
   */
  public static @Nullable InetSocketAddress addressIn(Path directory) throws IOException {
    Path file = directory.resolve(CONTROL_FILE);
    if (!Files.exists(file)) {
      return null;
    }
    String text = Files.readString(file).strip();
    int colon = text.lastIndexOf(':');
    return new InetSocketAddress(
        InetAddress.getByName(text.substring(0, colon)),
        Integer.parseInt(text.substring(colon + 1)));
  }

  /** Name of the file, in a client node's directory, that holds {@code host:port}. */
  public static final String CONTROL_FILE = "control.address";

  /**
   * Sends a request and waits for its answer.
   *
   * @param request what is asked
   * @param type the answer that is expected
   * @param timeout how long to wait; give more than the request's own time-out
   * @throws IOException if the client node is gone, did not answer in time, or answered that it
   *     failed; the message says which
   */
  public <R extends Reply> R ask(Request request, Class<R> type, Duration timeout)
      throws IOException, InterruptedException {
    CompletableFuture<Reply> answer = send(request);
    Reply reply;
    try {
      reply = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "Client node %s did not answer %s within %s.".formatted(client, request, timeout), e);
    } catch (ExecutionException e) {
      throw new IOException(
          "Client node %s could not be asked %s: %s"
              .formatted(client, request, String.valueOf(e.getCause())),
          e.getCause());
    }
    if (type.isInstance(reply)) {
      return type.cast(reply);
    }
    throw new IOException(
        reply instanceof Reply.Failed(String reason)
            ? "Client node %s: %s".formatted(client, reason)
            : "Client node %s answered %s with %s.".formatted(client, request, reply));
  }

  /** Sends a request; the future ends exceptionally when the client node is gone. */
  public CompletableFuture<Reply> send(Request request) {
    long id = ids.incrementAndGet();
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    open.put(id, answer);
    IOException gone = closed;
    if (gone != null) {
      fail(id, gone);
      return answer;
    }
    try {
      String line = wire.write(new Wire.NumberedRequest(id, request)) + "\n";
      synchronized (out) {
        out.write(line);
        out.flush();
      }
    } catch (IOException e) {
      fail(id, e);
    }
    return answer;
  }

  private void fail(long id, IOException e) {
    CompletableFuture<Reply> answer = open.remove(id);
    if (answer != null) {
      answer.completeExceptionally(e);
    }
  }

  private void receive() {
    IOException end;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = in.readLine()) != null) {
        Wire.NumberedReply reply = wire.readReply(line);
        CompletableFuture<Reply> answer = open.remove(reply.id());
        if (answer != null) {
          answer.complete(reply.reply());
        }
      }
      end = new IOException("Client node " + client + " closed its control connection.");
    } catch (IOException e) {
      end = e;
    } catch (RuntimeException e) {
      end = new IOException(e.getMessage(), e);
    }
    closed = end;
    for (Long id : open.keySet()) {
      fail(id, end);
    }
  }

  /** Whether the connection still stands. */
  public boolean isOpen() {
    return closed == null;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
