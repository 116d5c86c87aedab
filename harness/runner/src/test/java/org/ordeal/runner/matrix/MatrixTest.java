package org.ordeal.runner.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

  @Test
  void shouldRunEveryCellForEverySeedOnceAndGoOnWhereItStopped() throws Exception {
    matrix(Verdict.PASS, 0).run(List.of(KEEPS, MAY), List.of(1L, 2L), 1, 1, 2);
    assertThat(ran).hasSize(4);
    ran.clear();
    matrix(Verdict.PASS, 0).run(List.of(KEEPS, MAY), List.of(1L, 2L, 3L), 1, 1, 1);
    assertThat(ran).containsExactlyInAnyOrder(KEEPS + " 3", MAY + " 3");
  }

  @Test
  void shouldRunAgainWhatProvedNothing() throws Exception {
    matrix(Verdict.UNKNOWN, 0).run(List.of(KEEPS), List.of(1L), 1, 1, 1);
    ran.clear();
    matrix(Verdict.PASS, 0).run(List.of(KEEPS), List.of(1L), 1, 1, 1);
    assertThat(ran).hasSize(1);
    assertThat(summary().rows().getFirst().cells().getFirst().outcome()).isEqualTo(Outcome.HELD);
  }

  @Test
  void shouldShareTheRunsAmongShardsWithoutGapOrOverlap() throws Exception {
    List<Long> seeds = List.of(1L, 2L, 3L);
    for (int shard = 1; shard <= 3; shard++) {
      int before = ran.size();
      new Matrix(directory.resolve("s" + shard), trial(Verdict.PASS, 0), line -> {})
          .run(List.of(KEEPS, MAY), seeds, shard, 3, 1);
      assertThat(ran).hasSize(before + 2);
    }
    assertThatThrownBy(() -> matrix(Verdict.PASS, 0).run(List.of(KEEPS), seeds, 4, 3, 1))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void shouldCallALossInACellThatKeepsBroken() throws Exception {
    matrix(Verdict.FAIL, 5).run(List.of(KEEPS), List.of(1L), 1, 1, 1);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.BROKEN);
  }

  @Test
  void shouldNotPassWhereAPermittedLossWasNeverShown() throws Exception {
    matrix(Verdict.PASS, 0).run(List.of(MAY), List.of(1L, 2L), 1, 1, 1);
    MatrixReport report = summary();
    assertThat(report.rows().getFirst().cells().getFirst().outcome()).isEqualTo(Outcome.NOT_SHOWN);
    assertThat(MatrixSummary.exitCode(report)).isEqualTo(ExitCode.INCONCLUSIVE);
  }

  @Test
  void shouldPassWhereEveryPromiseHeldAndEveryPermittedLossWasShown() throws Exception {
    matrix(Verdict.PASS, 0).run(List.of(KEEPS), List.of(1L), 1, 1, 1);
    matrix(Verdict.PASS, 3).run(List.of(MAY), List.of(1L), 1, 1, 1);
    MatrixReport report = summary();
    assertThat(MatrixSummary.exitCode(report)).isEqualTo(ExitCode.PASS);
    MatrixSummary.write(report, directory);
    assertThat(directory.resolve("matrix.json")).exists();
    assertThat(directory.resolve("matrix.html")).exists();
    assertThat(Files.readString(directory.resolve("junit.xml")))
        .contains("power-loss:all")
        .doesNotContain("<failure");
  }

  @Test
  void shouldSkipWhatCannotBeRunAndNotPassOnThatAlone() throws Exception {
    matrix(null, 0).run(List.of(KEEPS), List.of(1L), 1, 1, 1);
    assertThat(summary().rows().getFirst().cells().getFirst().outcome()).isEqualTo(Outcome.SKIPPED);
    assertThat(MatrixSummary.exitCode(summary())).isEqualTo(ExitCode.INCONCLUSIVE);
  }

  @Test
  void shouldBoundTheLossRateAsClopperAndPearsonDo() {
    assertThat(Binomial.upperBound(0, 10, 0.95)).isCloseTo(0.2589, within(1e-4));
    assertThat(Binomial.upperBound(1, 10, 0.95)).isCloseTo(0.3942, within(1e-4));
    assertThat(Binomial.upperBound(0, 0, 0.95)).isEqualTo(1);
    assertThat(Binomial.upperBound(3, 3, 0.95)).isEqualTo(1);
  }

  private MatrixReport summary() {
    return MatrixSummary.of(Matrix.entries(directory), "ordeal matrix", "now", 1);
  }

  private Matrix matrix(@Nullable Verdict verdict, long lost) {
    return new Matrix(directory, trial(verdict, lost), line -> {});
  }

  private Matrix.Trial trial(@Nullable Verdict verdict, long lost) {
    return (cell, seed) -> {
      assertThat(ran.add(cell + " " + seed)).isTrue();
      return new MatrixEntry(
          "fake", cell, seed, cell.equals(KEEPS), verdict, "because", 100, lost, 0, "runs/x");
    };
  }
}
