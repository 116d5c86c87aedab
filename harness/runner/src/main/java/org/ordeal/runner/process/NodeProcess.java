package org.ordeal.runner.process;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.LogTail;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Polling;

/** A node that is a JVM on this machine. */
final class NodeProcess implements Node {

  private static final Duration SIGNAL_BOUND = Duration.ofSeconds(30);
  private static final Duration TERMINATE_BOUND = Duration.ofSeconds(30);
  private static final int DIAL_MILLIS = 500;

  /** Variables of the harness that a node gets too; nothing else leaks in. */
  private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ");

  private final Member member;
  private final NodeProgram program;
  private final Path directory;
  private final Path store;
  private final List<InetSocketAddress> ports;
  private final Spawner spawner;
  private final Register register;

  /** One action at a time; held while a process is started or ended. */
  private final ReentrantLock action = new ReentrantLock();

  private volatile @Nullable Process process;
  private volatile @Nullable ProcStat identity;

  /**
   * A node that has not been started yet.
   *
   * @param ports where it will listen, as the harness dials them; the one for clients first
   */
  NodeProcess(
      Member member,
      NodeProgram program,
      Path directory,
      Path store,
      List<InetSocketAddress> ports,
      Spawner spawner,
      Register register) {
    this.member = member;
    this.program = program;
    this.directory = directory;
    this.store = store;
    this.ports = List.copyOf(ports);
    this.spawner = spawner;
    this.register = register;
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
    return store;
  }

  @Override
  public Optional<InetSocketAddress> address() {
    return ports.stream().findFirst();
  }

  /** Writes its directory and files. */
  void prepare(String hosts) throws IOException {
    Files.createDirectories(directory.resolve("tmp"));
    Files.createDirectories(store);
    Files.writeString(hostsFile(), hosts);
    for (Map.Entry<String, String> file : program.files().entrySet()) {
      Path path = directory.resolve(file.getKey());
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, file.getValue());
    }
  }

  @Override
  public NodeState state() {
    return stat().map(ProcStat::nodeState).orElse(NodeState.GONE);
  }

  @Override
  public String stateEvidence() {
    ProcStat known = identity;
    if (known == null) {
      return "it was never started";
    }
    Optional<ProcStat> now = stat();
    if (now.isEmpty() || now.get().nodeState() == NodeState.GONE) {
      awaitExitCode();
      OptionalInt code = exitCode();
      return "/proc/%d is gone%s"
          .formatted(known.pid(), code.isPresent() ? ", exit code " + code.getAsInt() : "");
    }
    return "/proc/%d/stat says state %c".formatted(known.pid(), now.get().state());
  }

  /** A corpse is collected by the JVM a moment after the process has ended. */
  private void awaitExitCode() {
    Process last = process;
    if (last != null) {
      try {
        last.waitFor(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What the kernel says of this node's own process; empty where another has its pid now. */
  private Optional<ProcStat> stat() {
    ProcStat known = identity;
    return known == null
        ? Optional.empty()
        : ProcStat.read(known.pid()).filter(now -> now.startTicks() == known.startTicks());
  }

  @Override
  public OptionalLong pid() {
    return state() == NodeState.GONE
        ? OptionalLong.empty()
        : stat().map(now -> OptionalLong.of(now.pid())).orElse(OptionalLong.empty());
  }

  @Override
  public OptionalInt exitCode() {
    Process last = process;
    return last == null || last.isAlive() ? OptionalInt.empty() : OptionalInt.of(last.exitValue());
  }

  @Override
  public void kill() throws FaultException, InterruptedException {
    action.lock();
    try {
      signal(Signals.KILL);
      await("be gone after SIGKILL", NodeState.GONE);
      reap();
    } finally {
      action.unlock();
    }
  }

  @Override
  public void pause() throws FaultException, InterruptedException {
    action.lock();
    try {
      if (!signal(Signals.STOP)) {
        throw new FaultException(
            "%s cannot be paused: %s.".formatted(member.name(), stateEvidence()));
      }
      await("be stopped after SIGSTOP", NodeState.PAUSED);
    } finally {
      action.unlock();
    }
  }

  @Override
  public void resume() throws FaultException, InterruptedException {
    action.lock();
    try {
      if (state() == NodeState.PAUSED) {
        signal(Signals.CONTINUE);
        await("go on after SIGCONT", NodeState.RUNNING);
      }
    } finally {
      action.unlock();
    }
  }

  @Override
  public void stop() throws FaultException, InterruptedException {
    action.lock();
    try {
      signal(Signals.CONTINUE);
      if (signal(Signals.TERMINATE)
          && !Polling.until(TERMINATE_BOUND, () -> state() == NodeState.GONE)) {
        signal(Signals.KILL);
      }
      await("be gone after SIGTERM and SIGKILL", NodeState.GONE);
      reap();
    } finally {
      action.unlock();
    }
  }

  @Override
  public void start() throws FaultException, InterruptedException {
    action.lock();
    try {
      if (state() != NodeState.GONE) {
        return;
      }
      Process started = spawner.start(builder());
      process = started;
      ProcStat stat = ProcStat.read(started.pid()).orElse(null);
      identity = stat;
      if (stat != null) {
        register.process(stat, member.name());
      }
    } catch (IOException e) {
      throw new FaultException(
          "%s could not be started: %s.".formatted(member.name(), e.getMessage()), e);
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

  @Override
  public boolean dumpThreads() {
    return state() == NodeState.RUNNING && signal(Signals.QUIT);
  }

  @Override
  public List<String> lastLogLines(int atMost) {
    return LogTail.of(directory, atMost);
  }

  /** Ends it at once and without complaint, for clean-up. */
  void destroy() {
    Process last = process;
    if (last != null) {
      stat().ifPresent(now -> Signals.KILL.send(now.pid()));
      try {
        // What still waits for a disk then ends when the disk is unmounted.
        boolean _ = last.waitFor(SIGNAL_BOUND.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ProcessBuilder builder() {
    List<String> command = new ArrayList<>();
    Path javaHome =
        program.otherJavaHome().orElseGet(() -> Path.of(System.getProperty("java.home")));
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(program.jvmFlags());
    Path cache = program.aotCache();
    if (cache != null && Files.isReadable(cache)) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.add("-Djdk.net.hosts.file=" + hostsFile());
    command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
    command.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
    command.add("-cp");
    command.add(
        String.join(File.pathSeparator, program.classPath().stream().map(Path::toString).toList()));
    command.add(program.mainClass());
    command.addAll(program.arguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(program.environment());
    builder.redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve(LogTail.CONSOLE).toFile()));
    return builder;
  }

  private Path hostsFile() {
    return directory.resolve("hosts");
  }

  private boolean signal(Signals signal) {
    return stat()
        .filter(now -> now.nodeState() != NodeState.GONE)
        .map(now -> signal.send(now.pid()))
        .orElse(false);
  }

  private void await(String what, NodeState wanted) throws FaultException, InterruptedException {
    if (!Polling.until(SIGNAL_BOUND, () -> state() == wanted)) {
      throw new FaultException(
          "%s should %s, but within %d s it did not: %s."
              .formatted(member.name(), what, SIGNAL_BOUND.toSeconds(), stateEvidence()));
    }
  }

  /**
   * Waits until every thread has ended and the JVM has taken note of it. A thread that waits for a
   * disk which hangs may keep a killed process for as long.
   */
  private void reap() throws FaultException, InterruptedException {
    Process last = process;
    if (last != null && !last.waitFor(SIGNAL_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new FaultException(
          "%s was killed, but within %d s not all of its threads ended: one may wait for a disk that hangs."
              .formatted(member.name(), SIGNAL_BOUND.toSeconds()));
    }
  }

  private boolean accepts(InetSocketAddress port) {
    try (Socket socket = new Socket()) {
      socket.connect(port, DIAL_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
