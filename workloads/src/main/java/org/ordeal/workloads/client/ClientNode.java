package org.ordeal.workloads.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.MQVersion;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.Workloads;
import org.ordeal.workloads.control.ClientControl;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.recorder.Recorder;

/** A running client node: one operation log, one control port, at most one load at a time. */
public final class ClientNode implements AutoCloseable {

  private final ClientConfig config;
  private final Recorder recorder;
  private final BrokerWire wire;
  private final Leaders leaders;
  private final Sender sender;
  private final TopicSetup topics;
  private final CountDownLatch shutdown = new CountDownLatch(1);
  private final ControlServer server;
  private @Nullable LoadGenerator load;

  private ClientNode(ClientConfig config, Recorder recorder) throws IOException, MQClientException {
    this.config = config;
    this.recorder = recorder;
    this.wire = new BrokerWire();
    this.leaders = new Leaders(wire, config.nameServers());
    this.sender = new Sender(config.name(), config.nameServers(), leaders);
    this.topics = new TopicSetup(wire, config.nameServers(), leaders, sender);
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
    ClientNode node;
    try {
      node = new ClientNode(config, recorder);
    } catch (MQClientException e) {
      throw new IOException("The Apache client of %s did not start.".formatted(config.name()), e);
    }
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
    try {
      return switch (request) {
        case Request.Hello() ->
            new Reply.Ready(
                config.name(),
                ProcessHandle.current().pid(),
                MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION));
        case Request.Setup setup -> {
          Reply.SetUp created = topics.create(setup.layout(), setup.timeoutMillis());
          program(setup.workload()).setUp(setup);
          yield created;
        }
        case Request.Probe probe ->
            topics.probe(probe.groups(), Duration.ofMillis(probe.timeoutMillis()));
        case Request.Load wanted -> startLoad(wanted);
        case Request.Progress() -> running().progress();
        case Request.Stop stop -> running().stop(stop.graceMillis());
        case Request.Drain drain -> {
          program(drain.workload()).settle(drain);
          yield new Drainer(wire, recorder, topics).drain(drain);
        }
        case Request.Roles roles -> new RoleProbe(wire).roles(roles);
        case Request.Shutdown() -> {
          shutdown.countDown();
          yield new Reply.Done();
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply.Failed("Interrupted while it carried out " + request + ".");
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      return new Reply.Failed(String.valueOf(e.getMessage()));
    }
  }

  private ClientProgram program(String workload) {
    return Workloads.named(workload)
        .program(new ClientEnvironment(config, recorder, sender, wire, leaders));
  }

  private synchronized Reply startLoad(Request.Load wanted) throws Exception {
    if (load != null) {
      load.end();
    }
    SplittableRandom random = new SplittableRandom(wanted.seed() * 31 + config.name().hashCode());
    load =
        LoadGenerator.start(recorder, wanted, program(wanted.workload()).traffic(wanted, random));
    return new Reply.Done();
  }

  private synchronized LoadGenerator running() {
    if (load == null) {
      throw new IllegalStateException("no load was ever started on " + config.name());
    }
    return load;
  }

  @Override
  public void close() throws IOException {
    server.close();
    LoadGenerator last = load;
    if (last != null) {
      try {
        last.end();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    leaders.close();
    sender.close();
    wire.close();
    recorder.close();
  }
}
