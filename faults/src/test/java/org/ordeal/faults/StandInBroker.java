package org.ordeal.faults;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A broker that is pretended: it runs, and nothing can be done to it unless a test says what. */
public abstract class StandInBroker implements TargetNode {
  private final Member member;

  protected StandInBroker(String name) {
    this.member = new Member(name, NodeKind.BROKER, "g0");
  }

  @Override
  public final Member member() {
    return member;
  }

  @Override
  public NodeState state() {
    return NodeState.RUNNING;
  }

  @Override
  public final String stateEvidence() {
    return "it is " + state();
  }

  @Override
  public final OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public final OptionalInt exitCode() {
    return OptionalInt.empty();
  }

  @Override
  public void kill() {
    throw unexpected();
  }

  @Override
  public void start() {
    throw unexpected();
  }

  @Override
  public final void pause() {
    throw unexpected();
  }

  @Override
  public final void resume() {
    throw unexpected();
  }

  @Override
  public final void stop() {
    throw unexpected();
  }

  @Override
  public final boolean awaitServing(Duration atMost) {
    return state() == NodeState.RUNNING;
  }

  private AssertionError unexpected() {
    return new AssertionError("No fault of this test does that to " + name() + ".");
  }
}
