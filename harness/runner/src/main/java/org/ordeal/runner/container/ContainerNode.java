package org.ordeal.runner.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.LogTail;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.Polling;
import org.testcontainers.containers.GenericContainer;

/** A node that is a container. */
final class ContainerNode implements Node {
  private static final Duration ACTION_BOUND = Duration.ofSeconds(20);
  private static final int STOP_SECONDS = 10;
  private static final int DIAL_MILLIS = 500;

  private final Member member;
  private final Path directory;
  private final List<InetSocketAddress> ports;
  private final GenericContainer<?> container;
  private final Engine engine;
  private final ReentrantLock action = new ReentrantLock();
  private @Nullable ResultCallback<Frame> console;

  /**
   * A node that has not been started yet.
   *
   * @param directory on this machine; the container has it at {@code /data}
   * @param ports where it will listen, as the harness dials them
   * @param container described, not created
   */
  ContainerNode(
      Member member,
      Path directory,
      List<InetSocketAddress> ports,
      GenericContainer<?> container,
      Engine engine) {
    this.member = member;
    this.directory = directory;
    this.ports = List.copyOf(ports);
    this.container = container;
    this.engine = engine;
  }

  @Override
  public Member member() {
    return member;
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Path store() {
    return directory.resolve("store");
  }

  @Override
  public NodeState state() {
    return inspect()
        .map(
            state ->
                Boolean.TRUE.equals(state.getPaused())
                    ? NodeState.PAUSED
                    : Boolean.TRUE.equals(state.getRunning()) ? NodeState.RUNNING : NodeState.GONE)
        .orElse(NodeState.GONE);
  }

  @Override
  public String stateEvidence() {
    return inspect()
        .map(
            state ->
                "the engine says that container %s is %s%s"
                    .formatted(
                        shortId(),
                        state.getStatus(),
                        Boolean.TRUE.equals(state.getRunning())
                            ? ", pid " + state.getPidLong()
                            : ", exit code " + state.getExitCodeLong()))
        .orElse("it has no container");
  }

  private String shortId() {
    String id = container.getContainerId();
    return id == null ? "?" : id.substring(0, 12);
  }

  private Optional<ContainerState> inspect() {
    String id = container.getContainerId();
    if (id == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(engine.client().inspectContainerCmd(id).exec().getState());
    } catch (NotFoundException gone) {
      return Optional.empty();
    }
  }

  @Override
  public OptionalLong pid() {
    return inspect()
        .filter(state -> Boolean.TRUE.equals(state.getRunning()) && state.getPidLong() != null)
        .map(state -> OptionalLong.of(state.getPidLong()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public OptionalInt exitCode() {
    return inspect()
        .filter(state -> !Boolean.TRUE.equals(state.getRunning()) && started(state))
        .map(state -> OptionalInt.of(Math.toIntExact(state.getExitCodeLong())))
        .orElse(OptionalInt.empty());
  }

  private static boolean started(ContainerState state) {
    return state.getExitCodeLong() != null && !"created".equals(state.getStatus());
  }

  @Override
  public void kill() throws FaultException, InterruptedException {
    act(
        "be gone after SIGKILL",
        NodeState.GONE,
        () -> {
          // A frozen process takes no signal, not even this one, before it is thawed.
          if (state() == NodeState.PAUSED) {
            engine.client().unpauseContainerCmd(id()).exec();
          }
          if (state() != NodeState.GONE) {
            engine.client().killContainerCmd(id()).withSignal("KILL").exec();
          }
        });
  }

  @Override
  public void pause() throws FaultException, InterruptedException {
    act(
        "be frozen",
        NodeState.PAUSED,
        () ->
            insist(
                ACTION_BOUND,
                () -> engine.client().pauseContainerCmd(id()).exec(),
                () -> state() == NodeState.RUNNING));
  }

  /**
   * Asks again while the engine fails at it. Under cgroup v1 it has to catch every thread of the
   * container at a point where it can be frozen, gives up after about a second ("unable to
   * freeze"), thaws what it had and answers with an error of its own; the next try mostly works.
   *
   * @param worthwhile whether trying again makes sense after a failure
   * @throws InternalServerErrorException the last failure, where the time is over
   */
  static void insist(Duration atMost, Runnable command, BooleanSupplier worthwhile)
      throws InterruptedException {
    List<InternalServerErrorException> failures = new ArrayList<>();
    boolean done =
        Polling.until(
            atMost,
            () -> {
              try {
                command.run();
                return true;
              } catch (InternalServerErrorException failed) {
                failures.add(failed);
                return !worthwhile.getAsBoolean();
              }
            });
    if (!done) {
      throw failures.getLast();
    }
  }

  @Override
  public void resume() throws FaultException, InterruptedException {
    if (state() == NodeState.PAUSED) {
      act("go on", NodeState.RUNNING, () -> engine.client().unpauseContainerCmd(id()).exec());
    }
  }

  @Override
  public void stop() throws FaultException, InterruptedException {
    resume();
    if (state() != NodeState.GONE) {
      act(
          "be gone after SIGTERM",
          NodeState.GONE,
          () -> engine.client().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec());
    }
  }

  @Override
  public void start() throws FaultException, InterruptedException {
    if (state() != NodeState.GONE) {
      return;
    }
    act(
        "run",
        NodeState.RUNNING,
        () -> {
          if (container.getContainerId() == null) {
            container.start();
          } else {
            engine.client().startContainerCmd(id()).exec();
          }
          followConsole();
        });
  }

  private String id() {
    return container.getContainerId();
  }

  private interface Command {
    void run() throws InterruptedException;
  }

  private void act(String what, NodeState wanted, Command command)
      throws FaultException, InterruptedException {
    action.lock();
    try {
      try {
        command.run();
      } catch (NotModifiedException already) {
        // It is as it should be.
      } catch (ConflictException raced) {
        // It ended meanwhile; the state below decides.
      } catch (DockerException | org.testcontainers.containers.ContainerLaunchException e) {
        throw new FaultException(
            "%s should %s, but the engine refused: %s."
                .formatted(member.name(), what, e.getMessage()),
            e);
      }
      // A program that ends at once has been running too: whoever waits for it to serve finds out.
      boolean reached =
          Polling.until(
              ACTION_BOUND,
              () -> state() == wanted || (wanted == NodeState.RUNNING && exitCode().isPresent()));
      if (!reached) {
        throw new FaultException(
            "%s should %s, but within %d s it did not: %s."
                .formatted(member.name(), what, ACTION_BOUND.toSeconds(), stateEvidence()));
      }
    } finally {
      action.unlock();
    }
  }

  @Override
  public boolean awaitServing(Duration atMost) throws InterruptedException {
    return Polling.until(
            atMost,
            () ->
                state() == NodeState.GONE
                    || (state() == NodeState.RUNNING && ports.stream().allMatch(this::accepts)))
        && state() == NodeState.RUNNING;
  }

  private boolean accepts(InetSocketAddress port) {
    try (Socket socket = new Socket()) {
      socket.connect(port, DIAL_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public List<String> lastLogLines(int atMost) {
    return LogTail.of(directory, atMost);
  }

  /** Copies what the container prints from now on into the node's directory. */
  private void followConsole() {
    closeConsole();
    Path file = directory.resolve(LogTail.CONSOLE);
    console =
        engine
            .client()
            .logContainerCmd(id())
            .withStdOut(true)
            .withStdErr(true)
            .withFollowStream(true)
            .withSince((int) (System.currentTimeMillis() / 1000))
            .exec(new ConsoleFile(file));
  }

  private void closeConsole() {
    ResultCallback<Frame> open = console;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // Only output of a container that is going anyway.
      }
    }
  }

  /** Removes the container. */
  void remove() {
    closeConsole();
    String id = container.getContainerId();
    if (id != null) {
      engine.removeContainer(id);
    }
  }

  /** Appends frames to a file. */
  private static final class ConsoleFile extends ResultCallback.Adapter<Frame> {
    private final Path file;

    ConsoleFile(Path file) {
      this.file = file;
    }

    @Override
    public void onNext(Frame frame) {
      try (OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(frame.getPayload());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
