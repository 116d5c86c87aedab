package org.ordeal.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.checks.linearizability.LinearizabilityCheck;
import org.ordeal.checks.linearizability.ModelMismatchException;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistoryFormatException;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Verdict;

class CheckRequestTest {

  private static final String GOOD =
      """
      {"process":0,"type":"invoke","f":"append","key":"q","value":"a"}
      {"process":1,"type":"invoke","f":"append","key":"q","value":"b"}
      {"process":0,"type":"ok","f":"append","key":"q","value":[0,"a"]}
      {"process":1,"type":"info","f":"append","key":"q","value":"b"}
      {"process":2,"type":"invoke","f":"read","key":"q","value":[1,null]}
      {"process":2,"type":"ok","f":"read","key":"q","value":[1,"b"]}
      {"process":2,"type":"invoke","f":"max-offset","key":"q","value":null}
      {"process":2,"type":"ok","f":"max-offset","key":"q","value":2}
      """;

  private static final String BAD =
      GOOD
          + """
          {"process":2,"type":"invoke","f":"read","key":"q","value":[0,null]}
          {"process":2,"type":"ok","f":"read","key":"q","value":[0,null]}
          """;

  @TempDir Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static CheckRequest request(Path... files) {
    return new CheckRequest(
        List.of(files),
        "log",
        null,
        CheckRequest.Engine.NATIVE,
        false,
        CheckBudget.ofTime(Duration.ofSeconds(10)),
        null);
  }

  @Test
  void shouldAnswerEachFileAndReturnTheWorstVerdict() throws IOException {
    List<FileCheck> answers = new ArrayList<>();
    Verdict worst = request(file("good.jsonl", GOOD), file("bad.jsonl", BAD)).run(answers::add);
    assertThat(worst).isEqualTo(Verdict.FAIL);
    assertThat(answers).extracting(FileCheck::verdict).containsExactly(Verdict.PASS, Verdict.FAIL);
    JsonNode json = new ObjectMapper().readTree(answers.get(1).json());
    assertThat(json.get("verdict").asText()).isEqualTo("fail");
    assertThat(json.get("operations").asInt()).isEqualTo(5);
    assertThat(json.get("witness")).isNotEmpty();
    assertThat(json.get("counterexample").get("bars")).isNotEmpty();
    assertThat(answers.get(1).text()).contains("a read found nothing").contains("process 2");
  }

  @Test
  void shouldTellThatAHistoryWasCutOff() throws IOException {
    List<FileCheck> answers = new ArrayList<>();
    request(file("cut.jsonl", GOOD + "{\"process\":2,\"ty")).run(answers::add);
    assertThat(answers.get(0).text()).contains("cut off");
    assertThat(answers.get(0).verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void shouldNotPassAHistoryInWhichNothingWasTested() throws IOException {
    List<FileCheck> answers = new ArrayList<>();
    String open = "{\"process\":0,\"type\":\"invoke\",\"f\":\"append\",\"value\":\"a\"}\n";
    String failed = open + open.replace("invoke", "fail");
    String info = open + open.replace("invoke", "info");
    String nemesis = "{\"process\":\"nemesis\",\"type\":\"info\",\"f\":\"kill\"}\n";
    request(
            file("empty.jsonl", ""),
            file("open.jsonl", open),
            file("failed.jsonl", failed),
            file("info.jsonl", info),
            file("nemesis.jsonl", nemesis))
        .run(answers::add);
    assertThat(answers).hasSize(5);
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.verdict()).isEqualTo(Verdict.UNKNOWN))
        .allSatisfy(answer -> assertThat(answer.text()).contains("nothing was tested"));
  }

  @Test
  void shouldCheckTheOtherFilesToo() throws IOException {
    List<FileCheck> answers = new ArrayList<>();
    CheckRequest request =
        request(
            file("corrupt.jsonl", GOOD + "{\n"),
            file("bad.jsonl", BAD),
            directory,
            file("good.jsonl", GOOD));
    assertThatThrownBy(() -> request.run(answers::add))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("corrupt.jsonl, line 9")
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(answers).extracting(FileCheck::verdict).containsExactly(Verdict.FAIL, Verdict.PASS);
  }

  @Test
  void shouldAskWhetherValuesAreTuplesOfIndependent() throws IOException {
    Path file =
        file(
            "tuples.edn",
            """
            {:process 0 :type :invoke :f :write :value [0 1]}
            {:process 0 :type :ok :f :write :value [0 1]}
            {:process 0 :type :invoke :f :write :value [1 2]}
            {:process 0 :type :ok :f :write :value [1 2]}
            {:process 0 :type :invoke :f :read :value [0 nil]}
            {:process 0 :type :ok :f :read :value [0 1]}
            """);
    List<FileCheck> answers = new ArrayList<>();
    for (boolean independent : new boolean[] {false, true}) {
      CheckRequest request =
          new CheckRequest(
              List.of(file),
              "register",
              null,
              CheckRequest.Engine.NATIVE,
              independent,
              CheckBudget.standard(),
              null);
      if (independent) {
        assertThat(request.run(answers::add)).isEqualTo(Verdict.PASS);
      } else {
        assertThatThrownBy(() -> request.run(answers::add))
            .isInstanceOf(ModelMismatchException.class)
            .hasMessageContaining("tuples.edn")
            .hasMessageContaining("--independent");
      }
    }
  }

  @Test
  void shouldNotKnowWhereTheTimeDoesNotSufficeToReadTheHistory() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      text.append("{\"process\":").append(i).append(",\"type\":\"invoke\",\"f\":\"append\",");
      text.append("\"value\":").append(i).append("}\n");
    }
    CheckResult result =
        new LinearizabilityCheck("log")
            .check(
                HistorySource.of(file("long.jsonl", text.toString())),
                CheckBudget.ofTime(Duration.ofNanos(1)));
    assertThat(result.verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(result.reason()).contains("before the history was read");
  }

  @Test
  void shouldNameTheFileThatIsMissing() {
    Path missing = directory.resolve("missing.jsonl");
    assertThatThrownBy(() -> request(missing).run(answer -> {}))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("missing.jsonl");
  }

  @Test
  void shouldBeLoudWhereEnginesDisagree() {
    CheckResult pass = result("linearizable-log", Verdict.PASS);
    CheckResult fail = result("knossos", Verdict.FAIL);
    assertThatThrownBy(() -> EngineDisagreement.check("h.jsonl", pass, fail))
        .isInstanceOf(EngineDisagreement.class)
        .hasMessageContaining("disagree on h.jsonl");
    EngineDisagreement.check("h.jsonl", pass, result("knossos", Verdict.UNKNOWN));
  }

  private static CheckResult result(String check, Verdict verdict) {
    return new CheckResult(check, verdict, "so", 1, 0.1, Map.of(), List.of(), Map.of());
  }

  @Test
  void shouldNeverEndInAnythingButAVerdictOrASentence() throws IOException {
    Random random = new Random(42);
    LinearizabilityCheck check = new LinearizabilityCheck("log");
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] bytes = BAD.getBytes(StandardCharsets.UTF_8);
      for (int flip = random.nextInt(3); flip >= 0; flip--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(directory.resolve("fuzzed"), bytes);
      try {
        check.check(HistorySource.of(file), CheckBudget.ofTime(Duration.ofSeconds(5)));
      } catch (HistoryFormatException | ModelMismatchException e) {
        assertThat(e.getMessage()).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 1499);
  }
}
