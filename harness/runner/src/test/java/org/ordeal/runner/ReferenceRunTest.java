package org.ordeal.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.StaleMounts;
import org.ordeal.history.Results;
import org.ordeal.history.Verdict;
import org.ordeal.runner.cli.Main;

/** The whole way, with real processes: the command line to the verdict on the reference broker. */
class ReferenceRunTest {

  @TempDir private Path store;

  /** The control by which the harness is judged: what is not flushed must be seen to be lost. */
  @Test
  void shouldSeeThatAnAsynchronousFlushLosesMessagesWhenThePowerIsCut() throws IOException {
    assumeThat(FuseSupport.probe().available()).as(FuseSupport.probe().reason()).isTrue();
    assumeThat(Path.of("../../reference-broker/target/lib"))
        .as("the reference broker must be packaged: mvn package -pl reference-broker")
        .isDirectory();
    // Longer than the run: a flush that by chance came last before the cut would leave nothing to
    // lose.
    Path seldom =
        Files.writeString(
            store.resolve("seldom.conf"),
            """
            flushIntervalCommitLog=60000
            flushCommitLogLeastPages=1000000
            """);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "run",
            "durability",
            "--topology",
            "single",
            "--flush",
            "async",
            "--conf",
            seldom.toString(),
            "--nameservers",
            "1",
            "--clients",
            "1",
            "--faults",
            "power-loss",
            "--require",
            "keeps",
            "--time",
            "21s",
            "--rate",
            "400",
            "--recovery",
            "120s",
            "--seed",
            "1",
            "--store",
            store.toString());

    assertThat(code).as(out + "\n" + err).isEqualTo(1);
    RunDirectory run = RunDirectory.existing(store.resolve("latest"));
    Results results = run.readResults();
    assertThat(results.lost()).as(results.reason()).isPositive();
    assertThat(results.unrecovered()).isEmpty();
    assertThat(results.checks())
        .hasEntrySatisfying(
            "disk-canary", proof -> assertThat(proof.verdict()).isEqualTo(Verdict.PASS));
    assertThat(results.faults())
        .singleElement()
        .matches(fault -> fault.took())
        .satisfies(
            fault ->
                assertThat(fault.evidence())
                    .anyMatch(seen -> seen.observation().contains("after SIGKILL"))
                    .anyMatch(seen -> seen.observation().contains("unsynced pages")));
    assertThat(StaleMounts.list())
        .noneMatch(mount -> mount.mountPoint().startsWith(store.toAbsolutePath()));
  }

  @Test
  void shouldKeepEveryAcknowledgedMessageWhenTheLeaderIsKilled() {
    assumeThat(Path.of("../../reference-broker/target/lib"))
        .as("the reference broker must be packaged: mvn package -pl reference-broker")
        .isDirectory();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "run",
            "durability",
            "--topology",
            "dledger",
            "--nameservers",
            "1",
            "--clients",
            "1",
            "--faults",
            "kill:leader",
            "--time",
            "12s",
            "--rate",
            "200",
            "--recovery",
            "120s",
            "--seed",
            "1",
            "--store",
            store.toString());

    assertThat(code).as(out + "\n" + err).isZero();
    assertThat(out.toString()).startsWith("seed 1");
    RunDirectory run = RunDirectory.existing(store.resolve("latest"));
    Results results = run.readResults();
    assertThat(results.verdict()).isEqualTo(Verdict.PASS);
    assertThat(results.acknowledged()).isPositive();
    assertThat(results.lost()).isZero();
    assertThat(results.faults()).isNotEmpty().allMatch(fault -> fault.took());
    assertThat(run.report()).exists();
    assertThat(run.junit()).exists();
    assertThat(run.latency()).exists();
  }
}
