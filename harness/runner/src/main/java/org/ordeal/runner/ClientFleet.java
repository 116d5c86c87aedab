package org.ordeal.runner;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.Node;
import org.ordeal.workloads.control.ClientControl;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.control.ServingNode;

/** Client nodes that are reached over their control connections. */
final class ClientFleet implements Fleet {

  private static final Duration DIAL = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration PROGRESS_ANSWER = Duration.ofSeconds(2);
  private static final long SEND_TIMEOUT_MILLIS = 3_000;
  private static final Reply.Progress NOTHING = new Reply.Progress(false, 0, 0, 0, 0, 0, 0, 0);

  private final List<Seat> seats;
  private final LongSupplier nanos;
  private @Nullable LoadOrder order;

  /** One client node and what the fleet knows of it. */
  private static final class Seat {
    private final Node node;
    private @Nullable ClientControl control;
    private Reply.Progress formerLives = NOTHING;
    private Reply.Progress thisLife = NOTHING;

    Seat(Node node) {
      this.node = node;
    }
  }

  /**
   * @param clients the client nodes
   * @param nanos nanoseconds since the start of the run
   */
  ClientFleet(List<Node> clients, LongSupplier nanos) {
    this.seats = clients.stream().map(Seat::new).toList();
    this.nanos = nanos;
  }

  @Override
  public void awaitReady(Duration bound) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    for (Seat seat : seats) {
      while (!reach(seat)) {
        if (seat.node.state() == NodeState.GONE || System.nanoTime() > deadline) {
          throw new IOException(
              "Client node %s took no requests within %s. Its last log lines:%n%s"
                  .formatted(
                      seat.node.name(), bound, String.join("\n", seat.node.lastLogLines(15))));
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** Makes sure that there is a connection; false where there is none now. */
  private boolean reach(Seat seat) throws InterruptedException {
    ClientControl control = seat.control;
    if (control != null && control.isOpen()) {
      return true;
    }
    if (seat.node.state() != NodeState.RUNNING) {
      return false;
    }
    try {
      InetSocketAddress address = ClientControl.addressIn(seat.node.directory());
      if (address == null) {
        return false;
      }
      ClientControl fresh = ClientControl.dial(seat.node.name(), address, DIAL);
      fresh.ask(new Request.Hello(), Reply.Ready.class, ANSWER);
      if (control != null) {
        seat.formerLives = sum(seat.formerLives, seat.thisLife);
        seat.thisLife = NOTHING;
        control.close();
      }
      seat.control = fresh;
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void setUp(String workload, Layout layout, Duration bound)
      throws IOException, InterruptedException {
    any()
        .ask(
            new Request.Setup(workload, layout, bound.toMillis()),
            Reply.SetUp.class,
            bound.plus(ANSWER));
  }

  @Override
  public void start(LoadOrder load) throws IOException, InterruptedException {
    order = load;
    for (Seat seat : seats) {
      if (reach(seat)) {
        begin(seat, load);
      }
    }
  }

  private void begin(Seat seat, LoadOrder load) throws IOException, InterruptedException {
    ClientControl control = seat.control;
    long now = nanos.getAsLong();
    long late = Math.max(0, now - load.startNanos()) / 1_000_000;
    long left = load.durationMillis() - late;
    if (control == null || left <= 0) {
      return;
    }
    control.ask(
        new Request.Load(
            load.workload(),
            load.layout(),
            load.seed(),
            load.ratePerSecond() / seats.size(),
            load.processesPerQueue(),
            Math.max(now, load.startNanos()),
            left,
            SEND_TIMEOUT_MILLIS,
            // Background readers are shared out between the client nodes.
            Map.of("clientIndex", seats.indexOf(seat), "clientCount", seats.size())),
        Reply.Done.class,
        ANSWER);
  }

  @Override
  public Reply.Progress progress() throws InterruptedException {
    Reply.Progress all = NOTHING;
    for (Seat seat : seats) {
      ClientControl before = seat.control;
      try {
        if (seat.node.state() == NodeState.RUNNING && reach(seat)) {
          LoadOrder load = order;
          ClientControl control = seat.control;
          if (before != control && load != null) {
            begin(seat, load);
          }
          if (control != null) {
            seat.thisLife =
                control.ask(new Request.Progress(), Reply.Progress.class, PROGRESS_ANSWER);
          }
        }
      } catch (IOException unreachable) {
        // A fault may have it: the numbers of before stand until it is back.
      }
      all = sum(all, sum(seat.formerLives, seat.thisLife));
    }
    return all;
  }

  @Override
  public void stop(Duration grace) throws InterruptedException {
    order = null;
    for (Seat seat : seats) {
      ClientControl control = seat.control;
      if (control != null && control.isOpen()) {
        try {
          seat.thisLife =
              control.ask(
                  new Request.Stop(grace.toMillis()), Reply.Progress.class, grace.plus(ANSWER));
        } catch (IOException unreachable) {
          // Its operations stay open in the history, which is what is known of them.
        }
      }
    }
  }

  @Override
  public Reply.Probed probe(List<String> groups, Duration bound)
      throws IOException, InterruptedException {
    return any()
        .ask(new Request.Probe(groups, bound.toMillis()), Reply.Probed.class, bound.plus(ANSWER));
  }

  @Override
  public Reply.Drained drain(
      String workload, Layout layout, List<ServingNode> nodes, Duration bound)
      throws IOException, InterruptedException {
    // Node after node, each within the bound.
    return any()
        .ask(
            new Request.Drain(workload, layout, nodes, bound.toMillis()),
            Reply.Drained.class,
            bound.multipliedBy(nodes.size() + 1L).plus(ANSWER));
  }

  private ClientControl any() throws IOException, InterruptedException {
    for (Seat seat : seats) {
      ClientControl control = reach(seat) ? seat.control : null;
      if (control != null) {
        return control;
      }
    }
    throw new IOException("No client node can be reached.");
  }

  private static Reply.Progress sum(Reply.Progress a, Reply.Progress b) {
    return new Reply.Progress(
        a.running() || b.running(),
        a.attempted() + b.attempted(),
        a.ok() + b.ok(),
        a.failed() + b.failed(),
        a.indeterminate() + b.indeterminate(),
        a.outstanding() + b.outstanding(),
        a.waiting() + b.waiting(),
        a.skipped() + b.skipped());
  }

  @Override
  public List<Path> directories() {
    List<Path> directories = new ArrayList<>();
    seats.forEach(seat -> directories.add(seat.node.directory()));
    return directories;
  }

  @Override
  public void close() {
    for (Seat seat : seats) {
      ClientControl control = seat.control;
      if (control != null) {
        try {
          if (control.isOpen()) {
            control.ask(new Request.Shutdown(), Reply.Done.class, DIAL);
          }
          control.close();
        } catch (IOException gone) {
          // The cluster ends what does not end by itself.
        } catch (InterruptedException ended) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
