package org.ordeal.runner.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ImpossibleException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixDirectory;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.matrix.MatrixRun;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.systems.Digests;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordeal matrix}: topology x flush x fault, promised and measured. */
@Command(
    name = "matrix",
    mixinStandardHelpOptions = true,
    description = {
      "Runs topology x flush x fault for several seeds and holds what was measured against what is",
      "promised. Goes on where it was broken off. Exit code: 0 every promise held and every",
      "permitted loss was shown; 1 a promise was broken; 2 a cell is inconclusive, not shown, or",
      "not carried out as planned."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ordeal matrix --system reference --seeds 3",
      "  ordeal matrix --shard 2/4 --dir shard2",
      "  ordeal matrix --merge shard1,shard2,shard3,shard4 --dir whole"
    })
final class MatrixCommand implements Callable<Integer> {

  private static final int PROCESSORS_OF_A_CLUSTER = 4;
  private static final long MEMORY_OF_A_CLUSTER = 3L << 30;

  @Parameters(
      paramLabel = "WORKLOAD",
      arity = "0..1",
      defaultValue = "durability",
      description = "See 'ordeal list workloads'. Default: ${DEFAULT-VALUE}.")
  private String workload;

  @Option(
      names = "--system",
      paramLabel = "SYSTEM",
      defaultValue = "reference",
      description = "System under test. Default: ${DEFAULT-VALUE}.")
  private String system;

  @Option(
      names = "--topology",
      paramLabel = "TOPOLOGY",
      split = ",",
      description = "Rows. Default: all; those that the system does not have are skipped.")
  private List<String> topologies = Topology.labels();

  @Option(
      names = "--flush",
      paramLabel = "MODE",
      split = ",",
      defaultValue = "sync,async",
      description = "Flush modes. Default: ${DEFAULT-VALUE}.")
  private List<String> flushes;

  @Option(
      names = "--faults",
      paramLabel = "FAULT",
      split = ",",
      description =
          "Columns; '+' joins faults that go together. Default: kills, power losses, disks.")
  private List<String> faults = MatrixCell.FAULTS;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each cell. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The first seed. Default: ${DEFAULT-VALUE}.")
  private long firstSeed;

  @Option(
      names = "--time",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Durations.class,
      description = "Load of each run. Default: ${DEFAULT-VALUE}.")
  private Duration time;

  @Option(
      names = "--recovery",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Durations.class,
      description = "How long a cluster may take to come back. Default: ${DEFAULT-VALUE}.")
  private Duration recovery;

  @Option(names = "--rate", paramLabel = "N", description = "Operations a second.")
  private @Nullable Integer rate;

  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      defaultValue = "process",
      description = "process or container. Default: ${DEFAULT-VALUE}.")
  private String runtime;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "store/matrix",
      description = "Where entries, runs and the report go. Default: ${DEFAULT-VALUE}.")
  private Path directory;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      defaultValue = "1/1",
      description = "This machine's share of the runs. Default: ${DEFAULT-VALUE}.")
  private String shard;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Runs at once. Default: one for each four processors and 3 GiB, at least 1.")
  private @Nullable Integer parallel;

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      split = ",",
      description =
          "Run nothing: put the entries of these directories together, the worst of each run, and report.")
  private List<Path> merge = List.of();

  @Option(names = "--json", description = "Print matrix.json to standard output at the end.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    long begun = System.nanoTime();
    Instant startedAt = Instant.now();
    Console console = Console.of(spec, json);
    MatrixSession session =
        new MatrixSession(console, new MatrixDirectory(directory), json, startedAt, begun);
    if (!merge.isEmpty()) {
      return session.merge(merge).number();
    }
    if (seeds < 1) {
      throw new UsageException("--seeds must be at least 1.");
    }
    int[] share = share();
    console.seed(firstSeed);
    ClusterRuntime clusters = Runtimes.named(runtime);
    MatrixTrials trials =
        new MatrixTrials(
            workload,
            system,
            time,
            rate,
            recovery,
            runtime,
            directory,
            FaultCatalogue.ofClassPath(),
            clusters);
    List<MatrixCell> cells = cells(trials);
    clusters
        .missing()
        .ifPresent(
            sentence -> {
              throw new EnvironmentException(sentence);
            });
    SystemUnderTest sut = Systems.resolve(system, console::say);
    String harness = Digests.ofClassPath(System.getProperty("java.class.path"));
    MatrixPlan plan = plan(sut.name(), trials.configuration(sut, harness), cells, share);
    return new Runs(console)
        .interruptible(
            interruption ->
                session.run(
                    trials.of(sut, plan, interruption),
                    plan,
                    parallel != null ? Math.max(1, parallel) : clusters()))
        .number();
  }

  /**
   * Every cell that was asked for.
   *
   * @throws UsageException where a word of the command line names nothing, before anything runs: a
   *     cell is left out only where the system or the cluster cannot have it
   */
  private List<MatrixCell> cells(MatrixTrials trials) {
    List<MatrixCell> cells = new ArrayList<>();
    for (String topology : topologies) {
      for (String flush : flushes) {
        for (String fault : faults) {
          MatrixCell cell = new MatrixCell(topology, flush, fault);
          cells.add(cell);
          try {
            var _ = trials.plan(cell, firstSeed);
          } catch (ImpossibleException leftOut) {
            // Its entries will say so.
          }
        }
      }
    }
    return cells;
  }

  private MatrixPlan plan(String name, String configuration, List<MatrixCell> cells, int[] share) {
    List<MatrixRun> runs =
        LongStream.range(firstSeed, firstSeed + seeds)
            .boxed()
            .flatMap(seed -> cells.stream().map(cell -> new MatrixRun(cell, seed)))
            .toList();
    return new MatrixPlan(name, configuration, runs, share[0], share[1]);
  }

  private static int clusters() {
    int processors = Runtime.getRuntime().availableProcessors();
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? clusters(processors, machine.getTotalMemorySize())
        : clusters(processors, Long.MAX_VALUE);
  }

  /** How many clusters a machine carries side by side without one slowing the other down. */
  static int clusters(int processors, long memoryBytes) {
    return (int)
        Math.max(
            1, Math.min(processors / PROCESSORS_OF_A_CLUSTER, memoryBytes / MEMORY_OF_A_CLUSTER));
  }

  private int[] share() {
    String[] parts = shard.split("/");
    try {
      if (parts.length == 2) {
        int[] share = {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
        MatrixPlan.checkShare(share[0], share[1]);
        return share;
      }
    } catch (NumberFormatException notNumbers) {
      // Said below.
    }
    throw new UsageException("--shard '%s' is no share: write 2/4.".formatted(shard));
  }
}
