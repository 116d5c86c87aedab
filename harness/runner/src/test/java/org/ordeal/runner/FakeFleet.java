package org.ordeal.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.ServingNode;
import org.ordeal.workloads.recorder.RecordedProcess;
import org.ordeal.workloads.recorder.Recorder;

/**
 * Sends some messages when the load begins, when it is asked for progress, when the world says so,
 * and before it stops; keeps what it sent as the broker's log.
 */
final class FakeFleet implements Fleet {
  private final FakeWorld world;
  private final Cluster cluster;
  private final Path directory;
  private final List<Long> log = new ArrayList<>();
  private final List<Long> lost = new ArrayList<>();
  private @Nullable Recorder recorder;
  private @Nullable RecordedProcess process;
  private long attempted;
  private boolean running;

  FakeFleet(FakeWorld world, Cluster cluster) {
    this.world = world;
    this.cluster = cluster;
    this.directory = cluster.node("c0").directory();
  }

  @Override
  public void awaitReady(Duration bound) throws IOException {
    Recorder opened =
        Recorder.open(directory, 0, 1000, System.nanoTime() - cluster.nanos(), 1 << 20);
    recorder = opened;
    process = opened.newProcess();
  }

  @Override
  public void setUp(String workload, Layout layout, Duration bound) {}

  @Override
  public synchronized void start(LoadOrder order) {
    running = true;
    world.loadBegan = true;
    send();
  }

  @Override
  public synchronized Reply.Progress progress() {
    send();
    long ok = world.flaw == FakeWorld.Flaw.ACKNOWLEDGES_NOTHING ? 0 : attempted;
    return new Reply.Progress(running, attempted, ok, 0, attempted - ok, 0, 0, 0);
  }

  synchronized void send() {
    RecordedProcess sender = process;
    for (int i = 0; i < 30 && running && sender != null; i++) {
      attempted++;
      sender.due(cluster.nanos());
      sender.invoke("send", "q0", "n0", attempted);
      if (world.flaw == FakeWorld.Flaw.ACKNOWLEDGES_NOTHING) {
        sender.fail("n0", attempted, "no");
        continue;
      }
      sender.ok("n0", attempted);
      if (attempted == 7) {
        lost.add(attempted);
      } else {
        log.add(attempted);
      }
    }
  }

  @Override
  public synchronized void stop(Duration grace) {
    send();
    running = false;
  }

  @Override
  public Reply.Probed probe(List<String> groups, Duration bound) {
    return world.flaw == FakeWorld.Flaw.NEVER_COMES_BACK
            || world.flaw == FakeWorld.Flaw.NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY
            || world.flaw == FakeWorld.Flaw.NEVER_COMES_BACK_WITH_DEAD_DISKS
        ? new Reply.Probed(Map.of(), Map.of("g0", "No route info of this topic."))
        : new Reply.Probed(Map.of("g0", 1L), Map.of());
  }

  @Override
  public synchronized Reply.Drained drain(
      String workload, Layout layout, List<ServingNode> nodes, Duration bound) throws IOException {
    if (world.flaw == FakeWorld.Flaw.DRAIN_BREAKS_OFF) {
      throw new IOException("No client node can be reached.");
    }
    List<Long> readable = new ArrayList<>(log);
    boolean shows =
        switch (world.flaw) {
          case LOSES_MESSAGES -> false;
          case SHOWS_MESSAGES_AFTER_A_RESTART -> world.restarted;
          default -> true;
        };
    if (shows) {
      readable.addAll(lost);
    }
    RecordedProcess reader = process;
    for (Long value : readable) {
      if (reader != null) {
        reader.invoke("read", "q0", "n0", null);
        reader.ok("n0", value);
      }
    }
    return new Reply.Drained(
        nodes.stream()
            .map(n -> new Reply.NodeDrain(n.node(), Reply.Outcome.COMPLETE, readable.size(), null))
            .toList());
  }

  @Override
  public List<Path> directories() {
    return List.of(directory);
  }

  @Override
  public void close() {
    Recorder open = recorder;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
