package org.ordeal.runner;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Results;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Node;
import org.ordeal.workloads.LoadDefaults;
import org.ordeal.workloads.ProcessLog;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.ServingNode;

/**
 * One run, from plan to report. Each stage leaves its files before the next begins; whatever ends a
 * run early, what is known by then is judged and kept. For one use, by one thread.
 */
public final class Run {

  private static final Duration SETUP_BOUND = Duration.ofSeconds(60);

  /** Apache's replicas ask for topics every 10 s, the first time 3 s after they found a leader. */
  private static final Duration TOPICS_BOUND = Duration.ofSeconds(30);

  private static final Duration STOP_GRACE = Duration.ofSeconds(5);
  private static final Duration HEAL_BOUND = Duration.ofSeconds(45);

  /**
   * The pause between the order to load and its first operation, so that all clients start alike.
   */
  private static final long LEAD_NANOS = 500_000_000L;

  /** A load after recovery where the planned one ended before the cluster was back. */
  private static final long EPILOGUE_MILLIS = 3_000;

  private static final long TICK_MILLIS = 500;

  private final RunPlan plan;
  private final Parts parts;
  private final Progress progress;
  private final Interruption interruption;
  private final long originNanos = System.nanoTime();
  private final long startMillis = System.currentTimeMillis();
  private final Findings findings = new Findings();

  private static final String ENDED = "The run was ended before it was through.";

  Run(RunPlan plan, Parts parts, Progress progress, Interruption interruption) {
    this.plan = plan;
    this.parts = parts;
    this.progress = progress;
    this.interruption = interruption;
  }

  /** A run of the parts that are on the class path. */
  public static Run of(
      RunPlan plan,
      ClusterRuntime runtime,
      org.ordeal.runner.cluster.SystemUnderTest system,
      Progress progress,
      Interruption interruption) {
    return new Run(plan, Parts.ofClassPath(runtime, system), progress, interruption);
  }

  /**
   * Carries the run out.
   *
   * @throws UsageException where the system cannot be run in this way; a run directory may be there
   * @throws EnvironmentException where the machine lacks something
   */
  public RunOutcome execute() {
    interruption.runBy(Thread.currentThread());
    plan.check(parts.system());
    RunDirectory run = RunDirectory.create(plan.request().store(), plan.workload().name());
    try (ProcessLog.AutoClosing _ = ProcessLog.to(run.file("harness.log"))) {
      return execute(run);
    }
  }

  private RunOutcome execute(RunDirectory run) {
    Closing closing = new Closing(plan, parts, run, progress, findings, startMillis);
    try {
      Documents.write(
          run.file("run.json"),
          RunDescription.of(plan, parts.system(), Instant.ofEpochMilli(startMillis)));
      Documents.write(run.schedule(), plan.schedule());
      progress.phase("start");
      try {
        onCluster(run);
      } catch (InterruptedException ended) {
        findings.doubt(ENDED);
      } catch (ClusterException failed) {
        findings.doubt(String.valueOf(failed.getMessage()));
      } catch (EnvironmentException refused) {
        if (!interruption.asked()) {
          throw refused;
        }
        // Not the machine's fault: what was under way was ended with the run.
        findings.doubt(ENDED);
      }
    } catch (OrdealException refused) {
      findings.doubt(String.valueOf(refused.getMessage()));
      interruption.done(Thread.currentThread());
      closing.abandon(refused.exitCode());
      throw refused;
    } catch (IOException ours) {
      findings.doubt("The run broke off: %s.".formatted(ours.getMessage()));
    }
    interruption.done(Thread.currentThread());
    // Files cannot be written by a thread that is interrupted.
    Thread.interrupted();
    Results results = closing.close();
    return new RunOutcome(run, results, ExitCode.of(results.verdict()));
  }

  private void onCluster(RunDirectory run)
      throws ClusterException, IOException, InterruptedException {
    ClusterRuntime.Launch launch =
        new ClusterRuntime.Launch(
            parts.system(),
            plan.spec(),
            new ClientLaunch(parts.system(), plan.spec(), originNanos),
            run.path(),
            originNanos,
            plan.disks(),
            progress::say);
    try (Cluster cluster = parts.runtime().launch(launch);
        NemesisJournal journal =
            new NemesisJournal(run.file("nodes/nemesis.jsonl"), cluster::nanos);
        Fleet fleet = parts.fleets().apply(cluster)) {
      Nemesis nemesis =
          new Nemesis(cluster, parts.catalogue(), plan.schedule(), journal, progress::say);
      findings.begin(nemesis, journal, fleet);
      if (!disksAreProven(cluster)) {
        return;
      }
      try {
        load(run, cluster, journal, fleet, nemesis);
      } finally {
        findings.nodesEnded(cluster.nanos());
        closeQuietly(nemesis);
        Documents.write(run.executed(), nemesis.executed());
      }
    }
  }

  /** Whether a verdict may rest on what the disks do; nothing is loaded where none may. */
  private boolean disksAreProven(Cluster cluster) {
    if (plan.disks() == null) {
      return true;
    }
    List<String> brokers = plan.spec().members(NodeKind.BROKER).stream().map(Member::name).toList();
    CheckResult proof = DiskProof.of(brokers, cluster.canaries());
    findings.proof(proof);
    progress.say(proof.reason());
    Optional<String> doubt = DiskProof.doubt(proof);
    doubt.ifPresent(findings::doubt);
    return doubt.isEmpty();
  }

  /** What a fault holds when the run is broken off must be let go, or the nodes could not end. */
  private static void closeQuietly(Nemesis nemesis) {
    boolean interrupted = Thread.interrupted();
    try {
      nemesis.healAll(Duration.ofSeconds(5).toNanos());
    } catch (InterruptedException again) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void load(
      RunDirectory run, Cluster cluster, NemesisJournal journal, Fleet fleet, Nemesis nemesis)
      throws IOException, InterruptedException {
    LoadDefaults defaults = plan.workload().defaults();
    Layout layout = Layout.of("ordeal", defaults.topics(), cluster.groups(), defaults.queues());
    progress.phase("set up");
    fleet.awaitReady(SETUP_BOUND);
    fleet.setUp(plan.workload().name(), layout, SETUP_BOUND);
    awaitTopics(cluster, layout);
    Recovery recovery = new Recovery(cluster, fleet, journal, progress);
    try (RoleWatch roles = new RoleWatch(cluster, journal)) {
      progress.phase("load");
      long start = cluster.nanos() + LEAD_NANOS;
      Fleet.LoadOrder order =
          new Fleet.LoadOrder(
              plan.workload().name(),
              layout,
              plan.request().seed(),
              plan.ratePerSecond(),
              defaults.processesPerQueue(),
              start,
              plan.schedule().durationMillis());
      fleet.start(order);
      nemesis.start(start);
      watch(cluster, fleet, nemesis, start);
      Documents.write(run.executed(), nemesis.executed());

      progress.phase("heal");
      findings.unhealed(nemesis.healAll(HEAL_BOUND.toNanos()), nemesis.leftInForce());
      Documents.write(run.executed(), nemesis.executed());
      Recovery.Outcome back = recovery.await(plan.request().recovery());
      findings.recovered(back);
      if (back.unrecovered().isEmpty() && !plan.schedule().faults().isEmpty()) {
        epilogue(cluster, fleet, order);
      }
      fleet.stop(STOP_GRACE);
      findings.loadEnded(cluster.nanos());
      findings.leaderChanges(roles.leaderChanges());
    }
    drain(run, cluster, fleet, layout, recovery);
    if (!findings.unrecovered().isEmpty()) {
      findings.blameHarness(new Inquest(cluster, journal, run.path()).of(findings.unrecovered()));
    }
  }

  /**
   * Users create topics long before a fault: every replica gets the time to learn of them. What
   * comes of a topic that only a leader knew is another question than which messages survive.
   */
  private void awaitTopics(Cluster cluster, Layout layout) throws InterruptedException {
    if (plan.schedule().faults().isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + TOPICS_BOUND.toNanos();
    List<String> unaware = cluster.unawareOf(layout.topics());
    while (!unaware.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      unaware = cluster.unawareOf(layout.topics());
    }
    if (!unaware.isEmpty()) {
      progress.say(
          "%s still did not know the topics after %d s; the load begins all the same."
              .formatted(String.join(", ", unaware), TOPICS_BOUND.toSeconds()));
    }
  }

  private void watch(Cluster cluster, Fleet fleet, Nemesis nemesis, long startNanos)
      throws InterruptedException {
    long endNanos = startNanos + plan.schedule().durationMillis() * 1_000_000L;
    double total = plan.schedule().durationMillis() / 1e3;
    long before = 0;
    long beforeNanos = startNanos;
    while (cluster.nanos() < endNanos) {
      long rest = (endNanos - cluster.nanos()) / 1_000_000;
      TimeUnit.MILLISECONDS.sleep(Math.clamp(rest, 1, TICK_MILLIS));
      Reply.Progress now = fleet.progress();
      long ended = now.ok() + now.failed() + now.indeterminate();
      long nanos = cluster.nanos();
      double perSecond = (ended - before) * 1e9 / Math.max(1, nanos - beforeNanos);
      before = ended;
      beforeNanos = nanos;
      findings.progress(now);
      progress.tick(
          Math.clamp((nanos - startNanos) / 1e9, 0, total),
          total,
          now.attempted(),
          now.ok(),
          perSecond,
          nemesis.inForce());
    }
    progress.end();
    nemesis.await();
  }

  /** Makes sure that something is known of the cluster after the last fault. */
  private void epilogue(Cluster cluster, Fleet fleet, Fleet.LoadOrder order)
      throws IOException, InterruptedException {
    fleet.stop(STOP_GRACE);
    long length = Math.min(EPILOGUE_MILLIS, order.durationMillis());
    long start = cluster.nanos() + LEAD_NANOS;
    fleet.start(
        new Fleet.LoadOrder(
            order.workload(),
            order.layout(),
            order.seed() + 1,
            order.ratePerSecond(),
            order.processesPerQueue(),
            start,
            length));
    long end = start + length * 1_000_000;
    while (cluster.nanos() < end) {
      TimeUnit.MILLISECONDS.sleep(Math.clamp((end - cluster.nanos()) / 1_000_000, 1, TICK_MILLIS));
      findings.progress(fleet.progress());
    }
  }

  private void drain(
      RunDirectory run, Cluster cluster, Fleet fleet, Layout layout, Recovery recovery)
      throws IOException, InterruptedException {
    progress.phase("drain");
    findings.drained(drainOnce(cluster, fleet, layout));
    findings.merge(run, plan, startMillis);
    if (!findings.misses(run, plan, parts)) {
      return;
    }
    progress.say(
        "Acknowledged messages are missing: looking into the brokers' files, restarting the brokers"
            + " and reading once more, since what is on disk and not readable is not lost.");
    searchFiles(run, cluster, layout);
    recovery.restartBrokers();
    Recovery.Outcome back = recovery.await(plan.request().recovery());
    findings.recovered(back);
    findings.drained(drainOnce(cluster, fleet, layout));
  }

  /** The second witness beside the drain: what stands in the brokers' files. */
  private void searchFiles(RunDirectory run, Cluster cluster, Layout layout) throws IOException {
    Set<String> missing = MissingMessages.in(HistorySource.of(run.history()));
    if (missing.isEmpty()) {
      return;
    }
    Map<String, Set<String>> found = new ConcurrentSkipListMap<>();
    cluster.nodes().parallelStream()
        .filter(node -> node.member().kind() == NodeKind.BROKER)
        .forEach(node -> found.put(node.name(), StoreSearch.find(node.store(), missing)));
    found.forEach(
        (node, values) -> {
          if (!values.isEmpty()) {
            progress.say(
                "%d of %d missing messages are in the files of %s."
                    .formatted(values.size(), missing.size(), node));
            findings.found(layout.queues().getFirst().key(), node, values);
          }
        });
  }

  private Reply.@Nullable Drained drainOnce(Cluster cluster, Fleet fleet, Layout layout)
      throws InterruptedException {
    List<ServingNode> nodes = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      String address = cluster.brokerAddresses().get(node.name());
      if (node.member().kind() == NodeKind.BROKER && address != null) {
        nodes.add(new ServingNode(node.name(), node.member().group(), address));
      }
    }
    try {
      findings.toDrain(nodes.stream().map(ServingNode::node).toList());
      return fleet.drain(plan.workload().name(), layout, nodes, plan.request().recovery());
    } catch (IOException ours) {
      findings.doubt("The drain broke off: %s".formatted(ours.getMessage()));
      return null;
    }
  }
}
