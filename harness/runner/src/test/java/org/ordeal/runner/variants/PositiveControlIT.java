package org.ordeal.runner.variants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.history.Anomaly;
import org.ordeal.history.Results;
import org.ordeal.history.Verdict;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.cli.Main;

/**
 * Brokers that are broken in a known way are caught, by the same command that passes the sound one
 * (see {@link org.ordeal.runner.ReferenceRunTest}): without this a pass would mean nothing.
 */
class PositiveControlIT {

  private static final int ATTEMPTS = 4;

  /** A leader that is cut off goes on answering for as long as it holds itself for the leader. */
  private static final String CUT_THE_LEADER_OFF =
      """
      {"seed": 1, "durationMillis": 14000, "faults": [
        {"atMillis": 3000, "durationMillis": 6000, "fault": "partition", "target": "leader",
         "nodes": [], "attributes": {}}]}
      """;

  /** The page cache goes while a broker writes to it. */
  private static final String CUT_THE_POWER =
      """
      {"seed": 1, "durationMillis": 10000, "faults": [
        {"atMillis": 4000, "durationMillis": 2000, "fault": "power-loss", "target": "all",
         "nodes": [], "attributes": {}}]}
      """;

  @TempDir private Path store;

  @BeforeEach
  void needsTheReferenceBroker() {
    assumeThat(VariantProvider.home().resolve("reference-broker/target/lib"))
        .as("the reference broker must be packaged: mvn package -pl reference-broker")
        .isDirectory();
  }

  @Test
  void shouldCatchAcknowledgementsBeforeReplicationAndNameTheLostMessages() throws IOException {
    Results results = run("durability", "variant:ack-before-replication");

    assertThat(results.verdict()).as(results.reason()).isEqualTo(Verdict.FAIL);
    assertThat(results.lost()).isPositive();
    assertThat(results.faults()).isNotEmpty().allMatch(fault -> fault.took());
    List<Anomaly> lost = anomalies(results, "lost");
    assertThat(lost).isNotEmpty();
    String page = Files.readString(RunDirectory.existing(store.resolve("latest")).report());
    for (Anomaly anomaly : lost) {
      assertThat(page).contains(String.valueOf(anomaly.details().get("value")));
    }
    assertThat(Files.readString(RunDirectory.existing(store.resolve("latest")).junit()))
        .contains("<failure");
  }

  @ParameterizedTest
  @CsvSource({"single", "dledger"})
  void shouldCatchAcknowledgementsBeforeFsyncInTheFirstRun(String topology) throws IOException {
    assumeThat(FuseSupport.probe().available()).as(FuseSupport.probe().reason()).isTrue();
    StringBuilder said = new StringBuilder();

    int sound = run("durability", "reference", topology, CUT_THE_POWER, said);
    assertThat(sound).as("the sound broker: %s", said).isZero();
    int broken = run("durability", "variant:ack-before-fsync", topology, CUT_THE_POWER, said);

    assertThat(broken).as("the broken broker: %s", said).isEqualTo(1);
    Results results = RunDirectory.existing(store.resolve("latest")).readResults();
    assertThat(results.lost()).as(results.reason()).isPositive();
    assertThat(anomalies(results, "lost")).isNotEmpty();
  }

  @Test
  void shouldCatchALeaderThatAnswersReadsWithoutAskingAnybody() throws IOException {
    Results results = run("log", "variant:stale-leader");

    assertThat(results.verdict()).as(results.reason()).isEqualTo(Verdict.FAIL);
    Set<String> names = new TreeSet<>();
    results.checks().values().forEach(c -> c.anomalies().forEach(a -> names.add(a.name())));
    assertThat(names).as(results.reason()).containsAnyOf("stale-read", "end-offset-regression");
    assertThat(results.checks().get("linearizable-log"))
        .satisfies(check -> assertThat(check.verdict()).isEqualTo(Verdict.FAIL));
  }

  @Test
  void shouldCatchAGroupsOffsetThatIsReadFromALeaderOfThePast() throws IOException {
    Results results = run("register", "variant:stale-leader");

    assertThat(results.checks().get("linearizable-register"))
        .satisfies(check -> assertThat(check.verdict()).as(check.reason()).isEqualTo(Verdict.FAIL));
  }

  @Test
  void shouldCatchARegisterWhoseAcknowledgedOperationsAreGone() throws IOException {
    Results results = run("cas-register", "variant:ack-before-replication");

    Set<String> names = new TreeSet<>();
    results.checks().values().forEach(c -> c.anomalies().forEach(a -> names.add(a.name())));
    assertThat(names).as(results.reason()).containsAnyOf("not-linearizable", "inconsistent-offset");
  }

  private static List<Anomaly> anomalies(Results results, String name) {
    List<Anomaly> found = new ArrayList<>();
    results
        .checks()
        .values()
        .forEach(
            check ->
                check.anomalies().stream()
                    .filter(anomaly -> anomaly.name().equals(name))
                    .forEach(found::add));
    return found;
  }

  /**
   * The results of the first run that caught the broker. On a busy machine the leader can be
   * deposed before the partition is in force, so that there is nothing to catch: then it is tried
   * again.
   */
  private Results run(String workload, String system) throws IOException {
    StringBuilder said = new StringBuilder();
    int code = 0;
    for (int attempt = 1; attempt <= ATTEMPTS && code != 1; attempt++) {
      code = run(workload, system, "dledger", CUT_THE_LEADER_OFF, said);
    }
    assertThat(code).as(said.toString()).isEqualTo(1);
    return RunDirectory.existing(store.resolve("latest")).readResults();
  }

  private int run(
      String workload, String system, String topology, String faults, StringBuilder said)
      throws IOException {
    Path schedule = Files.writeString(store.resolve("schedule.json"), faults);
    List<String> arguments =
        List.of(
            "run",
            workload,
            "--system",
            system,
            "--topology",
            topology,
            "--flush",
            "sync",
            "--nameservers",
            "1",
            "--clients",
            "1",
            "--schedule",
            schedule.toString(),
            "--rate",
            "300",
            "--recovery",
            "120s",
            "--store",
            store.toString());
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    said.append(out).append(err);
    return code;
  }
}
