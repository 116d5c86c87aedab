package org.ordeal.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Operation;
import org.ordeal.history.OperationStream;
import org.ordeal.history.OperationType;
import org.ordeal.history.Verdict;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.RoleView;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.workloads.LoadDefaults;
import org.ordeal.workloads.Workload;
import org.ordeal.workloads.client.ClientEnvironment;
import org.ordeal.workloads.client.ClientProgram;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.ServingNode;
import org.ordeal.workloads.recorder.RecordedProcess;
import org.ordeal.workloads.recorder.Recorder;

/** A cluster, its clients and a check that need no process: what a run does around them is real. */
final class FakeWorld {

  /** What the cluster does wrong. */
  enum Flaw {
    NONE,
    LOSES_MESSAGES,
    SHOWS_MESSAGES_AFTER_A_RESTART,
    NEVER_COMES_BACK,
    NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY,
    NEVER_COMES_BACK_WITH_DEAD_DISKS,
    ACKNOWLEDGES_NOTHING,
    DIES_AT_START,
    CANNOT_BE_MADE_HERE,
    DRAIN_BREAKS_OFF,
    A_BROKER_ENDS_BY_ITSELF,
    A_REPLICA_LEARNS_OF_TOPICS_LATE,
    A_DISK_KEEPS_WHAT_WAS_NOT_FORCED,
    NO_CANARY,
    NO_CANARY_OF_ALL_DISKS
  }

  final AtomicInteger closed = new AtomicInteger();

  /** How often it was asked for topics until a load began. */
  final AtomicInteger asked = new AtomicInteger();

  private static final int ASKED_UNTIL_KNOWN = 3;
  private volatile boolean loadBegan;
  private final Flaw flaw;
  private volatile boolean restarted;

  FakeWorld(Flaw flaw) {
    this.flaw = flaw;
  }

  ClusterRuntime runtime() {
    return new FakeRuntime();
  }

  SystemUnderTest system() {
    return new FakeSystem();
  }

  Fleet fleet(Cluster cluster) {
    return new FakeFleet(cluster);
  }

  static Workload workload() {
    return new FakeWorkload();
  }

  /** Which acknowledged sends did the drain not return? */
  static final class FakeCheck implements HistoryCheck {
    @Override
    public String name() {
      return "durability";
    }

    @Override
    public String description() {
      return "Every acknowledged message is read at the end.";
    }

    @Override
    public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
      Map<Object, Operation> missing = new TreeMap<>();
      long attempted = 0;
      long acknowledged = 0;
      try (OperationStream operations = history.open()) {
        while (operations.hasNext()) {
          Operation operation = operations.next();
          Object value = operation.value();
          if (operation.f().equals("send") && operation.type() == OperationType.INVOKE) {
            attempted++;
          } else if (operation.type() == OperationType.OK && value != null) {
            if (operation.f().equals("send")) {
              acknowledged++;
              missing.put(value, operation);
            } else if (operation.f().equals("read")) {
              missing.remove(value);
            }
          }
        }
      }
      List<Anomaly> anomalies =
          missing.values().stream()
              .limit(3)
              .map(o -> new Anomaly("lost", o.key(), "It is gone.", List.of(o), Map.of()))
              .toList();
      return new CheckResult(
          name(),
          missing.isEmpty() ? Verdict.PASS : Verdict.FAIL,
          missing.size() + " acknowledged messages are lost",
          attempted,
          0.01,
          Map.of(
              "attempted", attempted, "acknowledged", acknowledged, "lost", (long) missing.size()),
          anomalies,
          Map.of());
    }
  }

  private static final class FakeWorkload implements Workload {
    @Override
    public String name() {
      return "durability";
    }

    @Override
    public String description() {
      return "Sends.";
    }

    @Override
    public LoadDefaults defaults() {
      return new LoadDefaults(500, 1, 1, 1, 1);
    }

    @Override
    public List<String> checks() {
      return List.of("durability");
    }

    @Override
    public ClientProgram program(ClientEnvironment environment) {
      throw new UnsupportedOperationException();
    }
  }

  private final class FakeRuntime implements ClusterRuntime {
    @Override
    public String name() {
      return "process";
    }

    @Override
    public String description() {
      return "fake";
    }

    @Override
    public Set<Need> offers() {
      return EnumSet.allOf(Need.class);
    }

    @Override
    public Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    public Cluster launch(Launch launch) throws ClusterException {
      if (flaw == Flaw.DIES_AT_START) {
        throw new ClusterException(
            "n0 ended with exit code 1 while it started. Its last log lines:\nno such option");
      }
      if (flaw == Flaw.CANNOT_BE_MADE_HERE) {
        throw new EnvironmentException("The canary was interrupted.");
      }
      return new FakeCluster(launch);
    }
  }

  private static final class FakeSystem implements SystemUnderTest {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public String digest() {
      return "00";
    }

    @Override
    public Optional<String> refusal(ClusterSpec spec) {
      return Optional.empty();
    }

    @Override
    public List<Port> ports(ClusterSpec spec, Member node) {
      return List.of();
    }

    @Override
    public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
      throw new UnsupportedOperationException();
    }
  }

  private final class FakeCluster implements Cluster {
    private final ClusterRuntime.Launch launch;
    private final List<Node> nodes;
    private final org.ordeal.faults.Holds holds = new org.ordeal.faults.Holds();

    FakeCluster(ClusterRuntime.Launch launch) {
      this.launch = launch;
      // Brokers that are stopped one after the other never meet here.
      CyclicBarrier stopping = new CyclicBarrier(launch.spec().members(NodeKind.BROKER).size());
      this.nodes =
          launch.spec().members().stream()
              .map(
                  m ->
                      (Node)
                          new FakeNode(
                              m, launch.directory().resolve("nodes/" + m.name()), stopping))
              .toList();
    }

    @Override
    public SystemUnderTest system() {
      return launch.system();
    }

    @Override
    public ClusterSpec spec() {
      return launch.spec();
    }

    @Override
    public org.ordeal.faults.Holds holds() {
      return holds;
    }

    @Override
    public List<Node> nodes() {
      return nodes;
    }

    @Override
    public String nameServerAddresses() {
      return "ns0:9876";
    }

    @Override
    public Map<String, String> brokerAddresses() {
      Map<String, String> addresses = new TreeMap<>();
      for (Member broker : spec().members(NodeKind.BROKER)) {
        addresses.put(broker.name(), broker.name() + ":10911");
      }
      return addresses;
    }

    @Override
    public List<RoleView> roles() {
      return List.of(
          new RoleView("n0", "g0", RoleView.Role.LEADER, OptionalLong.of(1), nanos()),
          new RoleView("n1", "g0", RoleView.Role.FOLLOWER, OptionalLong.of(1), nanos()));
    }

    @Override
    public List<String> groups() {
      return List.of("g0");
    }

    @Override
    public Set<Need> offers() {
      return EnumSet.allOf(Need.class);
    }

    @Override
    public List<Link> links(String from, String to) {
      return from.equals("n0") && to.equals("n1")
          ? List.of(new FakeLink(from, to, flaw != Flaw.NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY))
          : List.of();
    }

    /** Disks that can be asked whether they are there, and nothing else. */
    @Override
    public Optional<DiskControl> disks() {
      InvocationHandler answer =
          (proxy, method, arguments) -> {
            if (flaw == Flaw.NEVER_COMES_BACK_WITH_DEAD_DISKS) {
              throw new DiskException("The disk daemon does not answer.");
            }
            return List.of();
          };
      return launch.disks() != null
          ? Optional.of(
              (DiskControl)
                  Proxy.newProxyInstance(
                      DiskControl.class.getClassLoader(),
                      new Class<?>[] {DiskControl.class},
                      answer))
          : Optional.empty();
    }

    @Override
    public List<DiskCanary> canaries() {
      if (launch.disks() == null || flaw == Flaw.NO_CANARY) {
        return List.of();
      }
      boolean trusted = flaw != Flaw.A_DISK_KEEPS_WHAT_WAS_NOT_FORCED;
      List<String> brokers = spec().members(NodeKind.BROKER).stream().map(Member::name).toList();
      List<DiskCanary> canaries = new ArrayList<>();
      for (String broker : brokers) {
        canaries.add(canary(List.of(broker), trusted));
      }
      if (flaw != Flaw.NO_CANARY_OF_ALL_DISKS) {
        canaries.add(canary(brokers, trusted));
      }
      return canaries;
    }

    private static DiskCanary canary(List<String> disks, boolean trusted) {
      return new DiskCanary(
          disks,
          trusted,
          List.of(
              new DiskCanary.Observation(
                  1, trusted, "The second page survived, and was not forced.")));
    }

    @Override
    public List<String> unawareOf(java.util.Collection<String> topics) {
      int times = loadBegan ? asked.get() : asked.incrementAndGet();
      return flaw == Flaw.A_REPLICA_LEARNS_OF_TOPICS_LATE && times < ASKED_UNTIL_KNOWN
          ? List.of("n1")
          : List.of();
    }

    @Override
    public Optional<String> leader(String group) {
      return Optional.of("n0");
    }

    @Override
    public long nanos() {
      return System.nanoTime() - launch.originNanos();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private final class FakeNode implements Node {
    private final Member member;
    private final Path directory;
    private final CyclicBarrier stopping;
    private volatile NodeState state;

    FakeNode(Member member, Path directory, CyclicBarrier stopping) {
      this.stopping = stopping;
      this.member = member;
      this.directory = directory;
      boolean ended = flaw == Flaw.A_BROKER_ENDS_BY_ITSELF && member.name().equals("n1");
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
      restarted = true;
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

  /** Sends whenever it is asked for progress; keeps what it sent as the broker's log. */
  private final class FakeFleet implements Fleet {
    private final Cluster cluster;
    private final Path directory;
    private final List<Long> log = new ArrayList<>();
    private final List<Long> lost = new ArrayList<>();
    private @Nullable Recorder recorder;
    private @Nullable RecordedProcess process;
    private long attempted;
    private boolean running;

    FakeFleet(Cluster cluster) {
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
    public void start(LoadOrder order) {
      running = true;
      loadBegan = true;
    }

    @Override
    public Reply.Progress progress() {
      RecordedProcess sender = process;
      for (int i = 0; i < 30 && running && sender != null; i++) {
        attempted++;
        sender.due(cluster.nanos());
        sender.invoke("send", "q0", "n0", attempted);
        if (flaw == Flaw.ACKNOWLEDGES_NOTHING) {
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
      long ok = flaw == Flaw.ACKNOWLEDGES_NOTHING ? 0 : attempted;
      return new Reply.Progress(running, attempted, ok, 0, attempted - ok, 0, 0, 0);
    }

    @Override
    public void stop(Duration grace) {
      running = false;
    }

    @Override
    public Reply.Probed probe(List<String> groups, Duration bound) {
      return flaw == Flaw.NEVER_COMES_BACK
              || flaw == Flaw.NEVER_COMES_BACK_BEHIND_A_DEAD_PROXY
              || flaw == Flaw.NEVER_COMES_BACK_WITH_DEAD_DISKS
          ? new Reply.Probed(Map.of(), Map.of("g0", "No route info of this topic."))
          : new Reply.Probed(Map.of("g0", 1L), Map.of());
    }

    @Override
    public Reply.Drained drain(
        String workload, Layout layout, List<ServingNode> nodes, Duration bound)
        throws IOException {
      if (flaw == Flaw.DRAIN_BREAKS_OFF) {
        throw new IOException("No client node can be reached.");
      }
      List<Long> readable = new ArrayList<>(log);
      boolean shows =
          switch (flaw) {
            case LOSES_MESSAGES -> false;
            case SHOWS_MESSAGES_AFTER_A_RESTART -> restarted;
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
              .map(
                  n -> new Reply.NodeDrain(n.node(), Reply.Outcome.COMPLETE, readable.size(), null))
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
}
