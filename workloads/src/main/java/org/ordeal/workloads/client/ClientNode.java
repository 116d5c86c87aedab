package org.ordeal.workloads.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.common.MQVersion;
import org.ordeal.workloads.control.ClientControl;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.Recorder;

/** A running client node: one operation log, one control port, at most one load at a time. */
public final class ClientNode implements AutoCloseable {

  private final ClientConfig config;
  private final Recorder recorder;
  private final CountDownLatch shutdown = new CountDownLatch(1);
  private final ControlServer server;

  private ClientNode(ClientConfig config, Recorder recorder) throws IOException {
    this.config = config;
    this.recorder = recorder;
    this.server = ControlServer.listen(config.controlAddress(), this::handle);
  }

  /** Opens the operation log and the control port, and writes {@code control.address}. */
  public static ClientNode start(ClientConfig config) throws IOException {
    Path directory = Path.of(config.directory());
    Recorder recorder =
        Recorder.open(
            directory,
            config.firstProcess(),
            config.endProcess(),
            config.originNanos(),
            Recorder.SEGMENT_BYTES);
    ClientNode node = new ClientNode(config, recorder);
    // Whoever polls for the file must never read half of it.
    Path fresh = directory.resolve(ClientControl.CONTROL_FILE + ".new");
    Files.writeString(fresh, node.server.address() + "\n");
    Files.move(
        fresh,
        directory.resolve(ClientControl.CONTROL_FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return node;
  }

  /** Blocks until the harness has asked this node to shut down. */
  public void awaitShutdown() throws InterruptedException {
    shutdown.await();
  }

  private Reply handle(Request request) {
    return switch (request) {
      case Request.Hello() ->
          new Reply.Ready(
              config.name(),
              ProcessHandle.current().pid(),
              MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION));
      case Request.Shutdown() -> {
        shutdown.countDown();
        yield new Reply.Done();
      }
      default -> new Reply.Failed("This request is not carried out yet: " + request);
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
    recorder.close();
  }
}
