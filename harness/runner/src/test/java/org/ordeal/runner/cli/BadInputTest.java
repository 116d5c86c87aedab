package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user can give that cannot be: each has its sentence and its exit code. */
class BadInputTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path store;

  @Test
  void shouldRefuseAFaultThatTheTopologyCannotTake() {
    assertThat(run("--topology", "single", "--faults", "partition:halves", "--dry-run"))
        .isEqualTo(64);
    assertThat(err.toString()).contains("partition").contains("at least 2 brokers");
  }

  @Test
  void shouldRefusePowerLossesThatMountTheirDisksInDifferentWays() {
    String faults = "power-loss:one@%1$s,power-loss:all@%2$s";
    for (String different :
        List.of(
            faults.formatted("metadata=ext4", "metadata=strict"),
            faults.formatted("data_age_ms=30000", "data_age_ms=-1"),
            faults.formatted("metadata_age_ms=5000", "metadata_age_ms=9000"))) {
      err.getBuffer().setLength(0);
      assertThat(run("--faults", different, "--dry-run")).as(different).isEqualTo(64);
      assertThat(err.toString()).contains("one way to write back what is not synced");
    }
    String alike = faults.formatted("metadata_age_ms=9000", "metadata_age_ms=9000");
    assertThat(run("--faults", alike, "--dry-run")).as(err.toString()).isZero();
    assertThat(run("--faults", "power-loss:one@data_age_ms=-2", "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("data_age_ms must lie between -1 and");
    assertThat(run("--faults", "power-loss:one@data_age_ms=500", "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("data_age_ms must be -1 or at least 2000");
  }

  @Test
  void shouldRefuseAScheduleForAnotherCluster() throws IOException {
    Path schedule =
        Files.writeString(
            store.resolve("schedule.json"),
            """
            {"seed": 3, "durationMillis": 9000, "faults": [
              {"atMillis": 2000, "durationMillis": 900, "fault": "kill", "target": "one",
               "nodes": ["n7"], "attributes": {}}]}
            """);
    assertThat(run("--schedule", schedule.toString(), "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("hits the node 'n7'").contains("n0, n1, n2");
  }

  @Test
  void shouldSayWhereAScheduleIsCorrupt() throws IOException {
    Path schedule = Files.writeString(store.resolve("schedule.json"), "{\n  \"seed\": 3,\n  \"dur");
    assertThat(run("--schedule", schedule.toString(), "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("schedule.json:3");
  }

  @Test
  void shouldRefuseAScheduleThatLacksSomething() throws IOException {
    String entry =
        """
        {"seed": 1, "durationMillis": 9000, "faults": [
          {"atMillis": 2000, "durationMillis": 900, "fault": "kill", "target": "one",
           "nodes": [], "attributes": {}}]}
        """;
    for (String corrupt :
        List.of(
            entry.replace("\"one\"", "null"),
            entry.replace("\"kill\"", "null"),
            entry.replace("\"nodes\": []", "\"nodes\": null"),
            entry.replace("\"nodes\": [],", ""),
            entry.replaceFirst("(?s)\\[.*]", "null"),
            entry.replaceFirst("(?s)\\[.*]", "[null]"),
            "[]",
            "")) {
      Path schedule = Files.writeString(store.resolve("schedule.json"), corrupt);
      err.getBuffer().setLength(0);
      assertThat(run("--schedule", schedule.toString(), "--dry-run")).as(corrupt).isEqualTo(64);
      assertThat(err.toString())
          .as(corrupt)
          .contains("is no schedule as executed.json has it")
          .doesNotContain("Exception")
          .doesNotContain("Cannot invoke");
    }
  }

  @Test
  void shouldRefuseNumbersThatNoRunCouldHave() {
    for (List<String> options :
        List.of(
            List.of("--time", "0"),
            List.of("--time", "999999h", "--faults", "kill"),
            List.of("--rate", "0"),
            List.of("--rate", "-1"),
            List.of("--rate", "2147483647"),
            List.of("--recovery", "0s"),
            List.of("--nodes", "0"),
            List.of("--groups", "-1"),
            List.of("--nameservers", "0"),
            List.of("--clients", "0"),
            List.of("--seed", "abc"),
            List.of("--faults", ",,"),
            List.of("--faults", ""),
            List.of("--faults", "none,kill"))) {
      err.getBuffer().setLength(0);
      List<String> all = new ArrayList<>(options);
      all.add("--dry-run");
      assertThat(run(all.toArray(String[]::new))).as(options.toString()).isEqualTo(64);
      assertThat(err.toString()).as(options.toString()).startsWith("ordeal: ").contains(".");
    }
  }

  @Test
  void shouldRefuseAnUnknownSystemEvenWhereItIsNotNeeded() {
    assertThat(run("--system", "refrence", "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("Did you mean reference?");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithAPropertyFile() throws IOException {
    Path binary = Files.write(store.resolve("binary.conf"), new byte[] {(byte) 0xff, 0, 'a'});
    assertThat(run("--conf", binary.toString(), "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("no UTF-8");
    Path escape = Files.writeString(store.resolve("escape.conf"), "a=\\u12");
    assertThat(run("--conf", escape.toString(), "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("four hexadecimal digits");
  }

  @Test
  void shouldRefuseToServeAtWhatIsNoPort() {
    assertThat(ordeal("serve", "--store", store.toString(), "--port", "99999")).isEqualTo(64);
    assertThat(err.toString()).contains("--port 99999");
  }

  @Test
  void shouldRefuseToReportOnACorruptRun() throws IOException {
    Path run = storedRun(SOUND);
    Files.writeString(run.resolve("run.json"), "{\"x");
    assertThat(ordeal("report", run.toString())).isEqualTo(64);
    assertThat(err.toString()).contains("run.json:1 is corrupt");
  }

  @Test
  void shouldListNamesForPrograms() throws IOException {
    assertThat(ordeal("list", "faults", "--json")).isZero();
    JsonNode faults = new ObjectMapper().readTree(out.toString()).get("faults");
    assertThat(faults).isNotNull().isNotEmpty();
    assertThat(faults.findValuesAsText("name")).contains("kill", "partition");
    assertThat(faults.get(0).get("targets")).isNotEmpty();
  }

  @Test
  void shouldNeedAStoreThatCanBeWritten() throws IOException {
    Path file = Files.writeString(store.resolve("file"), "");
    int code =
        ordeal("run", "durability", "--time", "5s", "--store", file.resolve("deep").toString());
    assumeThat(err.toString()).doesNotContain("reference broker is not built");
    assertThat(code).isEqualTo(75);
    assertThat(err.toString()).contains("cannot be written").contains("--store");
  }

  @Test
  void shouldCarryOutTheExecutedScheduleInAReplay() throws IOException {
    Path run = storedRun("");
    Files.writeString(
        run.resolve("executed.json"),
        """
        {"seed": 5, "durationMillis": 8000, "faults": [
          {"atMillis": 2011, "durationMillis": 1499, "fault": "kill", "target": "leader",
           "nodes": ["n2"], "attributes": {}}]}
        """);
    assertThat(ordeal("replay", run.toString(), "--dry-run")).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("seed 5")
        .contains("\"atMillis\" : 2011")
        .contains("\"durationMillis\" : 1499")
        .contains("\"n2\"");
  }

  @Test
  void shouldJudgeAStoredRunByTheChecksOfItsWorkload() throws IOException {
    Path run = storedRun(SOUND);
    assertThat(ordeal("check", run.toString())).as(out.toString()).isZero();
    assertThat(out.toString()).contains("pass (durability,").contains("pass (availability,");

    Path lossy = storedRun(LOSSY);
    out.getBuffer().setLength(0);
    assertThat(ordeal("check", lossy.toString(), "--json")).as(out.toString()).isEqualTo(1);
    assertThat(out.toString()).contains("\"verdict\":\"fail\"").contains("1 lost");
  }

  @Test
  void shouldNotPassAStoredRunThatWasNotCarriedThroughOrIsCutShort() throws IOException {
    Path run = storedRun(SOUND);
    Files.delete(run.resolve("results.json"));
    assertThat(ordeal("check", run.toString())).isEqualTo(2);
    assertThat(out.toString()).contains("has no results.json");

    Path cut = storedRun(SOUND + "{\"index\":6,\"time\":70,\"pro");
    assertThat(ordeal("check", cut.toString())).isEqualTo(2);
    assertThat(out.toString()).contains("cut short");
  }

  @Test
  void shouldNotPassAStoredRunThatProvedNothing() throws IOException {
    Path run = storedRun(SOUND);
    Files.writeString(
        run.resolve("results.json"),
        RESULTS
            .replace("\"pass\"", "\"unknown\"")
            .replace("Every promise held.", "The run proves nothing: A fault left no evidence."));
    assertThat(ordeal("check", run.toString())).isEqualTo(2);
    assertThat(out.toString()).contains("A fault left no evidence.");
  }

  @Test
  void shouldRefuseACorruptHistoryAndOneThatNeedsAModel() throws IOException {
    Path run = storedRun(SOUND.replaceFirst("\"invoke\"", "\"invoked\""));
    assertThat(ordeal("check", run.toString())).isEqualTo(64);
    assertThat(err.toString()).contains("history.jsonl");
    assertThat(ordeal("check", run.resolve("history.jsonl").toString())).isEqualTo(64);
    assertThat(err.toString()).contains("give --model");
    assertThat(ordeal("check", store.resolve("nothing").toString())).isEqualTo(64);
    assertThat(err.toString()).contains("There is no run");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "single,      storePathRootDir=/data/store,      storePathRootDir",
        "dledger,     storePathCommitLog=store/log,      storePathCommitLog",
        "single,      listenPort=10911,                  listenPort",
        "single,      flushDiskType=ASYNC_FLUSH,         --flush says sync",
        "single,      flushDiskType=SOMETIMES,           --flush says sync",
        "sync-master, brokerRole=ASYNC_MASTER,           --topology decides",
        "sync-master, inSyncReplicas=1,                  at least 2",
        "controller,  inSyncReplicas=x,                  at least 1",
        "sync-master, enableAutoInSyncReplicas=true,     enableAutoInSyncReplicas",
      })
  void shouldRefusePropertiesThatWouldMakeTheVerdictWorthless(
      String topology, String line, String said) throws IOException {
    Path conf = Files.writeString(store.resolve("broker.conf"), line + "\n");
    assertThat(run("--topology", topology, "--conf", conf.toString(), "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains(said);
  }

  @Test
  void shouldTakePropertiesThatSayWhatTheOptionsSay() throws IOException {
    Path conf =
        Files.writeString(
            store.resolve("broker.conf"), "flushDiskType=SYNC_FLUSH\nflushIntervalCommitLog=9\n");
    assertThat(run("--topology", "single", "--conf", conf.toString(), "--dry-run")).isZero();
  }

  @Test
  void shouldShowTheLastLogLinesOfABrokerThatDiesAtStart() throws IOException {
    Path conf = Files.writeString(store.resolve("broker.conf"), "mappedFileSizeCommitLog=plenty\n");
    int code =
        run(
            "--topology",
            "single",
            "--nameservers",
            "1",
            "--clients",
            "1",
            "--time",
            "5s",
            "--conf",
            conf.toString());
    assumeThat(err.toString()).doesNotContain("reference broker is not built");
    assertThat(code).as(out + "\n" + err).isEqualTo(2);
    assertThat(out.toString()).contains("n0").contains("Its last log lines:").contains("plenty");
  }

  private static final String RESULTS =
      """
      {"verdict": "pass", "exitCode": 0, "reason": "Every promise held.", "attempted": 1,
       "acknowledged": 1, "weaker": 0, "failed": 0, "indeterminate": 0, "lost": 0,
       "unreadable": 0, "duplicated": 0, "recovered": 0, "unexpected": 0, "divergent": 0,
       "unrecovered": [], "unavailability": [], "checks": {}, "faults": []}
      """;

  private static final String SENT =
      """
      {"index":0,"time":10,"process":1,"type":"invoke","f":"send","value":"1.0","key":"t-0"}
      {"index":1,"time":20,"process":1,"type":"ok","f":"send","value":[0,"1.0"],"key":"t-0"}
      {"index":2,"time":30,"process":2,"type":"invoke","f":"drain","value":0,"key":"t-0","node":"n0"}
      """;

  private static final String ENDED =
      """
      {"index":4,"time":50,"process":2,"type":"invoke","f":"drain-end","value":null,"key":"t-0","node":"n0"}
      {"index":5,"time":60,"process":2,"type":"ok","f":"drain-end","value":[0,1],"key":"t-0","node":"n0"}
      """;

  private static final String SOUND =
      SENT
          + """
          {"index":3,"time":40,"process":2,"type":"ok","f":"drain","value":[[0,"1.0"]],"key":"t-0","node":"n0"}
          """
          + ENDED;

  private static final String LOSSY =
      SENT
          + """
          {"index":3,"time":40,"process":2,"type":"ok","f":"drain","value":[],"key":"t-0","node":"n0"}
          """
          + ENDED.replace("[0,1]", "[0,0]");

  private Path storedRun(String history) throws IOException {
    Path run = Files.createTempDirectory(store, "run");
    Files.writeString(
        run.resolve("run.json"),
        """
        {"command": ["ordeal", "run"], "ordealVersion": "development", "javaVersion": "25",
         "workload": "durability", "system": "reference", "systemDigest": "", "topology": "dledger",
         "flush": "sync", "runtime": "process", "seed": 5, "promise": "Keeps everything.",
         "startedAt": "2026-01-01T00:00:00Z", "machine": {},
         "options": {"nodes": 3, "groups": 1, "nameservers": 1, "clients": 1, "rate": 100,
           "recoveryMillis": 1000, "require": "documented", "properties": {},
           "promiseKeeps": true}}
        """);
    Files.writeString(run.resolve("results.json"), RESULTS);
    Files.writeString(run.resolve("history.jsonl"), history, StandardCharsets.UTF_8);
    return run;
  }

  /**
   * Only what a system or a cluster cannot have is left out of a matrix; a slip of the pen is not.
   */
  @ParameterizedTest
  @CsvSource({
    "--flush,    'sync,asnc',           asnc",
    "--topology, 'single,dledgr',       dledgr",
    "--faults,   'kill:on,kill:all',    on",
    "--faults,   'kill:one,kil:all',    kil",
    "--faults,   disk-stall@latency_ms=soon, latency_ms",
    "--time,     5s,                    'no room for faults'",
    "--rate,     0,                     --rate",
    "--shard,    5/4,                   --shard"
  })
  void shouldRefuseAWordOfAMatrixThatNamesNothing(String option, String words, String said) {
    String place = store.resolve("matrix").toString();
    assertThat(ordeal("matrix", option, words, "--dir", place)).as(words).isEqualTo(64);
    assertThat(err.toString()).contains(said);
    assertThat(store.resolve("matrix")).doesNotExist();
  }

  @Test
  void shouldSayThatADirectoryIsNoMatrix() {
    assertThat(ordeal("matrix", "--merge", store.toString(), "--dir", store + "/whole"))
        .isEqualTo(64);
    assertThat(err.toString()).contains("no plan.json");
    assertThat(store.resolve("whole")).doesNotExist();
  }

  private int run(String... options) {
    String[] all = new String[options.length + 4];
    all[0] = "run";
    all[1] = "durability";
    System.arraycopy(options, 0, all, 2, options.length);
    all[all.length - 2] = "--store";
    all[all.length - 1] = store.resolve("store").toString();
    return ordeal(all);
  }

  private int ordeal(String... arguments) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
