package org.ordeal.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.Node;

/** A node whose state is what was last done to it. */
final class FakeNode implements Node {
  private final FakeWorld world;
  private final Member member;
  private final Path directory;
  private final CyclicBarrier stopping;
  private volatile NodeState state;

  FakeNode(FakeWorld world, Member member, Path directory, CyclicBarrier stopping) {
    this.world = world;
    this.stopping = stopping;
    this.member = member;
    this.directory = directory;
    boolean ended =
        world.flaw == FakeWorld.Flaw.A_BROKER_ENDS_BY_ITSELF && member.name().equals("n1");
    this.state = ended ? NodeState.GONE : NodeState.RUNNING;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Member member() {
    return member;
  }

  @Override
  public NodeState state() {
    return state;
  }

  @Override
  public String stateEvidence() {
    return "it says so";
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public OptionalInt exitCode() {
    return state == NodeState.GONE ? OptionalInt.of(3) : OptionalInt.empty();
  }

  @Override
  public void kill() {
    state = NodeState.GONE;
  }

  @Override
  public void pause() {
    state = NodeState.PAUSED;
  }

  @Override
  public void resume() {
    state = NodeState.RUNNING;
  }

  @Override
  public void stop() throws FaultException, InterruptedException {
    try {
      stopping.await(30, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException alone) {
      throw new FaultException("The others are not stopped beside " + member.name(), alone);
    }
    state = NodeState.GONE;
    world.restarted = true;
  }

  @Override
  public void start() {
    state = NodeState.RUNNING;
  }

  @Override
  public boolean awaitServing(Duration atMost) {
    return state == NodeState.RUNNING;
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Path store() {
    return directory;
  }

  @Override
  public List<String> lastLogLines(int atMost) {
    return List.of("the last line of " + member.name());
  }
}
