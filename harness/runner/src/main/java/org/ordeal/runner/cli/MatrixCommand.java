package org.ordeal.runner.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.history.Results;
import org.ordeal.history.Schedule;
import org.ordeal.reports.MatrixReport;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.Progress;
import org.ordeal.runner.Run;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.RunRequest;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixEntry;
import org.ordeal.runner.matrix.MatrixSummary;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.FaultRequest;
import org.ordeal.runner.plan.HeldBack;
import org.ordeal.workloads.Workloads;
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
      "permitted loss was shown; 1 a promise was broken; 2 a cell is inconclusive or not shown."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ordeal matrix --system reference --seeds 3",
      "  ordeal matrix --shard 2/4 --dir shard2",
      "  ordeal matrix --merge shard1,shard2,shard3,shard4 --dir whole"
    })
final class MatrixCommand implements Callable<Integer> {

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
      description = "Runs at once. Default: one for each four processors, at least 1.")
  private @Nullable Integer parallel;

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      split = ",",
      description = "Run nothing: put the entries of these directories together and report.")
  private List<Path> merge = List.of();

  @Option(names = "--json", description = "Print matrix.json to standard output at the end.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    long begun = System.nanoTime();
    Instant startedAt = Instant.now();
    Console console = Console.of(spec, json);
    if (!merge.isEmpty()) {
      mergeEntries();
      return finish(console, startedAt, begun).number();
    }
    if (seeds < 1) {
      throw new UsageException("--seeds must be at least 1.");
    }
    for (String topology : topologies) {
      if (Topology.named(topology).isEmpty()) {
        throw UsageException.unknownName("topology", topology, Topology.labels());
      }
    }
    FaultCatalogue catalogue = FaultCatalogue.ofClassPath();
    for (String fault : faults) {
      for (FaultRequest request : FaultRequest.parse(new MatrixCell("", "", fault).words())) {
        catalogue.named(request.fault());
      }
    }
    console.seed(firstSeed);
    ClusterRuntime clusters = Runtimes.named(runtime);
    clusters
        .missing()
        .ifPresent(
            sentence -> {
              throw new EnvironmentException(sentence);
            });
    SystemUnderTest sut = Systems.resolve(system, console::say);
    ExitCode ran =
        new Runs(console)
            .interruptible(
                interruption -> {
                  try {
                    matrix(console, catalogue, clusters, sut, interruption);
                    return ExitCode.PASS;
                  } catch (InterruptedException asked) {
                    return ExitCode.INCONCLUSIVE;
                  }
                });
    ExitCode found = finish(console, startedAt, begun);
    return (ran == ExitCode.PASS || found == ExitCode.BROKEN ? found : ran).number();
  }

  private void matrix(
      Console console,
      FaultCatalogue catalogue,
      ClusterRuntime clusters,
      SystemUnderTest sut,
      Interruption interruption)
      throws InterruptedException {
    List<MatrixCell> cells = new ArrayList<>();
    for (String topology : topologies) {
      for (String flush : flushes) {
        faults.forEach(fault -> cells.add(new MatrixCell(topology, flush, fault)));
      }
    }
    Matrix.Trial trial =
        (cell, seed) -> {
          RunPlan plan;
          try {
            plan = plan(request(cell, seed), catalogue, clusters);
            plan.check(sut);
          } catch (UsageException impossible) {
            return new MatrixEntry(
                sut.name(),
                cell,
                seed,
                false,
                null,
                String.valueOf(impossible.getMessage()),
                0,
                0,
                0,
                null);
          }
          RunOutcome outcome =
              Run.of(plan, clusters, sut, Progress.silent(), interruption).execute();
          if (interruption.asked()) {
            throw new InterruptedException("The user asked to stop.");
          }
          return entry(sut, cell, seed, plan, outcome);
        };
    int[] share = share();
    new Matrix(directory, trial, console::say)
        .run(
            cells,
            LongStream.range(firstSeed, firstSeed + seeds).boxed().toList(),
            share[0],
            share[1],
            parallel != null
                ? Math.max(1, parallel)
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 4));
  }

  /** A group that agrees by majorities shows what its disks have lost only if others lag. */
  private static RunPlan plan(
      RunRequest request, FaultCatalogue catalogue, ClusterRuntime clusters) {
    RunPlan plan = RunPlan.of(request, Workloads.all(), catalogue, clusters);
    if (plan.spec().topology() != Topology.DLEDGER) {
      return plan;
    }
    List<String> brokers = plan.spec().members(NodeKind.BROKER).stream().map(Member::name).toList();
    Schedule held = HeldBack.around(plan.schedule(), brokers);
    return held.equals(plan.schedule())
        ? plan
        : RunPlan.of(request.with(request.seed(), held), Workloads.all(), catalogue, clusters);
  }

  private MatrixEntry entry(
      SystemUnderTest sut, MatrixCell cell, long seed, RunPlan plan, RunOutcome outcome) {
    Results results = outcome.results();
    return new MatrixEntry(
        sut.name(),
        cell,
        seed,
        plan.promise().keeps(),
        results.verdict(),
        results.reason(),
        results.acknowledged(),
        results.lost() + results.unreadable(),
        results.unrecovered().size(),
        directory.toAbsolutePath().normalize().relativize(outcome.directory().path()).toString());
  }

  private RunRequest request(MatrixCell cell, long seed) {
    return new RunRequest(
        List.of(
            "ordeal",
            "run",
            workload,
            "--system",
            system,
            "--topology",
            cell.topology(),
            "--flush",
            cell.flush(),
            "--faults",
            String.join(",", cell.words()),
            "--seed",
            Long.toString(seed)),
        workload,
        system,
        cell.topology(),
        cell.flush(),
        null,
        1,
        1,
        FaultRequest.parse(cell.words()),
        null,
        time,
        rate,
        null,
        runtime,
        Map.of(),
        "documented",
        directory.resolve("runs"),
        recovery,
        seed);
  }

  private int[] share() {
    String[] parts = shard.split("/");
    try {
      if (parts.length == 2) {
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
      }
    } catch (NumberFormatException notNumbers) {
      // Said below.
    }
    throw new UsageException("--shard '%s' is no share: write 2/4.".formatted(shard));
  }

  private void mergeEntries() throws IOException {
    Path target = directory.resolve("entries");
    Files.createDirectories(target);
    for (Path from : merge) {
      Path relative =
          directory.toAbsolutePath().normalize().relativize(from.toAbsolutePath().normalize());
      for (MatrixEntry entry : Matrix.entries(from)) {
        String run = entry.run();
        Matrix.put(
            directory,
            new MatrixEntry(
                entry.system(),
                entry.cell(),
                entry.seed(),
                entry.keeps(),
                entry.verdict(),
                entry.reason(),
                entry.acknowledged(),
                entry.lost(),
                entry.unrecovered(),
                run == null ? null : relative.resolve(run).normalize().toString()));
      }
    }
  }

  private ExitCode finish(Console console, Instant startedAt, long begun) throws IOException {
    MatrixReport report =
        MatrixSummary.of(
            Matrix.entries(directory),
            "ordeal matrix --system " + system,
            startedAt.toString(),
            (System.nanoTime() - begun) / 1e9);
    MatrixSummary.write(report, directory);
    for (MatrixReport.Row row : report.rows()) {
      for (int i = 0; i < row.cells().size(); i++) {
        MatrixReport.Cell cell = row.cells().get(i);
        console.say(
            "%-13s %-6s %-28s %-8s %-12s runs %d, acknowledged %d, lost %d in %d runs (bound %.2f) %s"
                .formatted(
                    row.topology(),
                    row.flush(),
                    report.faults().get(i),
                    cell.promise(),
                    cell.outcome(),
                    cell.runs(),
                    cell.acknowledged(),
                    cell.lost(),
                    cell.runsWithLoss(),
                    cell.lossRateUpperBound(),
                    cell.note()));
      }
    }
    console.result(
        json
            ? Files.readString(directory.resolve("matrix.json")).stripTrailing()
            : "matrix " + directory.resolve("matrix.html"));
    return MatrixSummary.exitCode(report);
  }
}
