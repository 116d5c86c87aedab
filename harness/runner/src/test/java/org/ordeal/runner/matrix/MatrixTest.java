package org.ordeal.runner.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Verdict;
import org.ordeal.reports.MatrixReport;
import org.ordeal.reports.MatrixReport.Outcome;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.UsageException;

class MatrixTest {

  private static final MatrixCell KEEPS = new MatrixCell("dledger", "sync", "power-loss:all");
  private static final MatrixCell MAY = new MatrixCell("single", "async", "power-loss:all");

  @TempDir private Path directory;

  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final List<String> said = new CopyOnWriteArrayList<>();

  @Test
  void shouldRunEveryCellForEverySeedOnceAndGoOnWhereItStopped() throws Exception {
    run(directory, plan(List.of(KEEPS, MAY), 1, 2), Verdict.PASS, 0);
    assertThat(ran).hasSize(4);
    ran.clear();
    run(directory, plan(List.of(KEEPS, MAY), 1, 2, 3), Verdict.PASS, 0);
    assertThat(ran).containsExactlyInAnyOrder(KEEPS + " 3", MAY + " 3");
  }

  @Test
  void shouldRunOnceWhatIsAskedForTwice() throws Exception {
    run(directory, plan(List.of(KEEPS, KEEPS), 1, 2), Verdict.PASS, 0);
    assertThat(said).contains("2 of 2 runs to do");
    assertThat(summary().rows().getFirst().cells().getFirst().runs()).isEqualTo(2);
  }

  @Test
  void shouldRunAgainWhatProvedNothing() throws Exception {
    for (Verdict before : Arrays.asList(Verdict.UNKNOWN, null)) {
      run(directory, plan(List.of(KEEPS), 1), before, 0);
      ran.clear();
    }
    run(directory, plan(List.of(KEEPS), 1), Verdict.PASS, 0);
    assertThat(ran).hasSize(1);
    assertThat(outcome()).isEqualTo(Outcome.HELD);
  }

  @Test
  void shouldNotCountWhatWasRunInAnotherConfiguration() throws Exception {
    run(directory, of("5.1.0", List.of(KEEPS), 1), Verdict.FAIL, 5);
    ran.clear();
    run(directory, of("5.5.0", List.of(KEEPS), 1, 2), Verdict.PASS, 0);
    assertThat(ran).hasSize(2);
    assertThat(said).anyMatch(line -> line.contains("entries of another configuration (5.1.0)"));
    assertThat(outcome()).isEqualTo(Outcome.HELD);

    said.clear();
    ran.clear();
    run(directory, of("5.5.0", List.of(KEEPS), 1, 2), Verdict.FAIL, 5);
    assertThat(ran).isEmpty();
    assertThat(said).noneMatch(line -> line.contains("another configuration"));
  }

  @Test
  void shouldRememberABrokenPromiseWhenItsConfigurationIsMeasuredAgain() throws Exception {
    run(directory, of("5.1.0", List.of(KEEPS), 1), Verdict.FAIL, 5);
    ran.clear();
    run(directory, of("5.5.0", List.of(KEEPS), 1), Verdict.PASS, 0);
    assertThat(outcome()).isEqualTo(Outcome.HELD);
    ran.clear();
    run(directory, of("5.1.0", List.of(KEEPS), 1), Verdict.PASS, 0);
    assertThat(ran).isEmpty();
    assertThat(outcome()).isEqualTo(Outcome.BROKEN);

    // Nor is it forgotten where only other cells are asked for then.
    run(directory, of("5.5.0", List.of(KEEPS), 1), Verdict.PASS, 0);
    run(directory, of("5.1.0", List.of(MAY), 1), Verdict.PASS, 5);
    assertThat(ran).containsExactly(MAY + " 1");
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.BROKEN);
  }

  @Test
  void shouldShareTheRunsAmongShardsWithoutGapOrOverlap() throws Exception {
    for (int shard = 1; shard <= 3; shard++) {
      int before = ran.size();
      run(directory.resolve("s" + shard), shard(shard, 3), Verdict.PASS, 0);
      assertThat(ran).hasSize(before + 2);
    }
    assertThatThrownBy(() -> shard(4, 3)).isInstanceOf(UsageException.class);
  }

  @Test
  void shouldMergeSharesAndMissTheOneThatIsNotThere() throws Exception {
    List<Path> shares = new ArrayList<>();
    for (int shard = 1; shard <= 3; shard++) {
      shares.add(directory.resolve("s" + shard));
      run(shares.getLast(), shard(shard, 3), Verdict.PASS, 1);
    }
    MatrixDirectory whole = new MatrixDirectory(directory.resolve("whole"));
    MatrixMerge.into(whole, shares.subList(0, 2));
    assertThat(MatrixSummary.exitCode(summary(whole))).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(summary(whole).rows().getFirst().cells().getFirst().note())
        .isEqualTo("1 of 3 planned runs have not been carried out.");
    MatrixMerge.into(whole, shares);
    assertThat(MatrixSummary.exitCode(summary(whole))).isEqualTo(ExitCode.PASS);
    assertThat(whole.runs()).contains(shares.getFirst().resolve("runs/x"));
  }

  @Test
  void shouldKeepTheWorstOfWhatSeveralMachinesSayOfOneRun() throws Exception {
    Path broken = directory.resolve("broken");
    Path held = directory.resolve("held");
    Path open = directory.resolve("open");
    run(broken, plan(List.of(KEEPS), 1), Verdict.FAIL, 5);
    ran.clear();
    run(held, plan(List.of(KEEPS), 1), Verdict.PASS, 0);
    ran.clear();
    run(open, plan(List.of(KEEPS), 1), Verdict.UNKNOWN, 0);
    for (List<Path> order : List.of(List.of(broken, held, open), List.of(open, held, broken))) {
      MatrixDirectory whole = new MatrixDirectory(directory.resolve("whole" + order.hashCode()));
      MatrixMerge.into(whole, order);
      assertThat(MatrixSummary.exitCode(summary(whole))).isEqualTo(ExitCode.BROKEN);
      // What the target holds is one more share: a merge of the others does not hide it.
      MatrixMerge.into(whole, List.of(held));
      assertThat(MatrixSummary.exitCode(summary(whole))).isEqualTo(ExitCode.BROKEN);
    }
    MatrixDirectory without = new MatrixDirectory(directory.resolve("without"));
    MatrixMerge.into(without, List.of(held, open));
    assertThat(MatrixSummary.exitCode(summary(without))).isEqualTo(ExitCode.PASS);
  }

  @Test
  void shouldKeepOfTwoLikeVerdictsTheOneThatDidMoreHarm() throws Exception {
    List<Path> places = new ArrayList<>();
    for (int[] lostAndUnrecovered : new int[][] {{0, 1}, {5, 1}, {9, 0}, {0, 0}}) {
      places.add(directory.resolve("s" + places.size()));
      MatrixEntry entry =
          entry("fake", KEEPS, 1, Verdict.FAIL, lostAndUnrecovered[0], lostAndUnrecovered[1]);
      new Matrix(new MatrixDirectory(places.getLast()), (cell, seed) -> entry, said::add)
          .run(plan(List.of(KEEPS), 1), 1);
    }
    for (List<Path> order : List.of(places, places.reversed())) {
      MatrixDirectory whole = new MatrixDirectory(directory.resolve("whole" + order.hashCode()));
      MatrixMerge.into(whole, order);
      MatrixReport.Cell cell = summary(whole).rows().getFirst().cells().getFirst();
      assertThat(cell.lost()).isEqualTo(5);
      assertThat(cell.unrecovered()).isEqualTo(1);
    }
  }

  @Test
  void shouldMergeNothingOfAnotherConfigurationNorWhatIsNoMatrix() throws Exception {
    Path one = directory.resolve("one");
    Path other = directory.resolve("other");
    run(one, of("5.1.0", List.of(KEEPS), 1), Verdict.PASS, 0);
    ran.clear();
    run(other, of("5.5.0", List.of(KEEPS), 1), Verdict.PASS, 0);
    MatrixDirectory whole = new MatrixDirectory(directory.resolve("whole"));
    assertThatThrownBy(() -> MatrixMerge.into(whole, List.of(one, other)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("another configuration (5.5.0)");
    assertThatThrownBy(() -> MatrixMerge.into(whole, List.of(one, directory)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no plan.json");
    assertThat(whole.path()).doesNotExist();
  }

  @Test
  void shouldMissRunsThatWerePlannedAndNotCarriedOut() throws Exception {
    MatrixPlan plan = plan(List.of(KEEPS), 1, 2);
    Matrix.Trial stopped =
        (cell, seed) -> {
          if (seed == 2) {
            throw new InterruptedException("asked to stop");
          }
          return trial(plan, Verdict.PASS, 0).run(cell, seed);
        };
    assertThatThrownBy(
            () -> new Matrix(new MatrixDirectory(directory), stopped, said::add).run(plan, 1))
        .isInstanceOf(InterruptedException.class);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(outcome()).isEqualTo(Outcome.INCONCLUSIVE);

    run(directory, plan, Verdict.PASS, 0);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.PASS);
  }

  @Test
  void shouldKeepCellsApartWhoseNamesDifferInSignsOnly() throws Exception {
    MatrixCell shallow = new MatrixCell("single", "sync", "disk-error@path=**/commitlog/*");
    MatrixCell deep = new MatrixCell("single", "sync", "disk-error@path=**/commitlog/**");
    run(directory, plan(List.of(shallow, deep), 1), Verdict.FAIL, 5);
    assertThat(new MatrixDirectory(directory).size()).isEqualTo(2);
  }

  @Test
  void shouldCallALossInACellThatKeepsBroken() throws Exception {
    run(directory, plan(List.of(KEEPS), 1), Verdict.FAIL, 5);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.BROKEN);
  }

  @Test
  void shouldCountASystemThatNeverCameBackAsOneThatLost() throws Exception {
    MatrixPlan plan = plan(List.of(KEEPS), 1);
    MatrixEntry gone =
        new MatrixEntry(
            "fake", "fake", KEEPS, 1, true, Verdict.FAIL, "gone \u001b[31m", 100, 0, 1, "runs/x");
    new Matrix(new MatrixDirectory(directory), (cell, seed) -> gone, said::add).run(plan, 1);
    MatrixReport.Cell cell = summary().rows().getFirst().cells().getFirst();
    assertThat(cell.runsWithLoss()).isEqualTo(1);
    assertThat(cell.lossRateUpperBound()).isEqualTo(1);
    MatrixSummary.write(summary(), directory);
    // A log line of a broker in it does not make the document one that no build server reads.
    assertThat(Files.readString(directory.resolve("junit.xml"))).doesNotContain("\u001b");
  }

  @Test
  void shouldNotPassWhereAPermittedLossWasNeverShown() throws Exception {
    run(directory, plan(List.of(MAY), 1, 2), Verdict.PASS, 0);
    assertThat(outcome()).isEqualTo(Outcome.NOT_SHOWN);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.INCONCLUSIVE);
  }

  @Test
  void shouldPassWhereEveryPromiseHeldAndEveryPermittedLossWasShown() throws Exception {
    run(directory, plan(List.of(KEEPS), 1), Verdict.PASS, 0);
    run(directory, plan(List.of(MAY), 1), Verdict.PASS, 3);
    MatrixReport report = summary();
    assertThat(MatrixSummary.exitCode(report)).isEqualTo(ExitCode.PASS);
    MatrixSummary.write(report, directory);
    assertThat(directory.resolve("matrix.json")).exists();
    assertThat(directory.resolve("matrix.html")).content().contains("Every promise held");
    assertThat(Files.readString(directory.resolve("junit.xml")))
        .contains("power-loss:all")
        .doesNotContain("<failure");
  }

  @Test
  void shouldSkipWhatCannotBeRunAndNotPassOnThatAlone() throws Exception {
    run(directory, plan(List.of(KEEPS), 1), null, 0);
    assertThat(outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.INCONCLUSIVE);
    MatrixSummary.write(summary(), directory);
    assertThat(directory.resolve("matrix.html"))
        .content()
        .contains("Nothing was run")
        .doesNotContain("Every promise held");
  }

  @Test
  void shouldBoundTheLossRateAsClopperAndPearsonDo() {
    assertThat(Binomial.upperBound(0, 10, 0.95)).isCloseTo(0.2589, within(1e-4));
    assertThat(Binomial.upperBound(1, 10, 0.95)).isCloseTo(0.3942, within(1e-4));
    assertThat(Binomial.upperBound(0, 0, 0.95)).isEqualTo(1);
    assertThat(Binomial.upperBound(3, 3, 0.95)).isEqualTo(1);
  }

  private MatrixReport summary() {
    return summary(new MatrixDirectory(directory));
  }

  private static MatrixReport summary(MatrixDirectory matrix) {
    return MatrixSummary.of(matrix, "now", 1);
  }

  private Outcome outcome() {
    return summary().rows().getFirst().cells().getFirst().outcome();
  }

  private static MatrixPlan plan(List<MatrixCell> cells, long... seeds) {
    return of("fake", cells, seeds);
  }

  private static MatrixPlan of(String configuration, List<MatrixCell> cells, long... seeds) {
    return new MatrixPlan("fake", configuration, runs(cells, seeds), 1, 1);
  }

  private static MatrixPlan shard(int shard, int shards) {
    return new MatrixPlan("fake", "fake", runs(List.of(KEEPS, MAY), 1, 2, 3), shard, shards);
  }

  private static List<MatrixRun> runs(List<MatrixCell> cells, long... seeds) {
    return LongStream.of(seeds)
        .boxed()
        .flatMap(seed -> cells.stream().map(cell -> new MatrixRun(cell, seed)))
        .toList();
  }

  private void run(Path place, MatrixPlan plan, @Nullable Verdict verdict, long lost)
      throws InterruptedException {
    new Matrix(new MatrixDirectory(place), trial(plan, verdict, lost), said::add).run(plan, 1);
  }

  private Matrix.Trial trial(MatrixPlan plan, @Nullable Verdict verdict, long lost) {
    return (cell, seed) -> {
      assertThat(ran.add(cell + " " + seed)).isTrue();
      return entry(plan.configuration(), cell, seed, verdict, lost, 0);
    };
  }

  private static MatrixEntry entry(
      String configuration,
      MatrixCell cell,
      long seed,
      @Nullable Verdict verdict,
      long lost,
      int unrecovered) {
    return new MatrixEntry(
        "fake",
        configuration,
        cell,
        seed,
        cell.equals(KEEPS),
        verdict,
        "because",
        100,
        lost,
        unrecovered,
        "runs/x");
  }
}
