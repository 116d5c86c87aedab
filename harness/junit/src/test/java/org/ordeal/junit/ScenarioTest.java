package org.ordeal.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.ordeal.history.Results;
import org.ordeal.history.Verdict;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.RunDirectory;
import org.ordeal.runner.RunOutcome;

class ScenarioTest {

  @Test
  void shouldReadTimesAsTheCommandLineDoes() {
    assertThat(OrdealExtension.duration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(OrdealExtension.duration("2m")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void shouldPassOnlyOnAPass() {
    Verdicts.assertPassed(outcome(Verdict.PASS, 0));
    assertThatThrownBy(() -> Verdicts.assertPassed(outcome(Verdict.UNKNOWN, 0)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("UNKNOWN: because")
        .hasMessageContaining("report.html");
    assertThatThrownBy(() -> Verdicts.assertPassed(outcome(Verdict.FAIL, 3)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void shouldAskAControlForALoss() {
    Verdicts.assertLossShown(outcome(Verdict.PASS, 1));
    assertThatThrownBy(() -> Verdicts.assertLossShown(outcome(Verdict.PASS, 0)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("too weak");
  }

  @Test
  void shouldFailATestThatAsksForWhatThereIsNot() {
    EngineExecutionResults results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(DiscoverySelectors.selectClass(AsksForAnUnknownTopology.class))
            .execute();

    results.testEvents().assertStatistics(statistics -> statistics.started(1).failed(1));
    assertThat(
            results.testEvents().failed().stream()
                .map(
                    event ->
                        event
                            .getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                            .getThrowable()
                            .orElseThrow()
                            .toString())
                .toList())
        .singleElement()
        .asString()
        .contains("There is no topology called 'ring'");
  }

  @Cluster(topology = "ring")
  static class AsksForAnUnknownTopology {
    @Test
    @Faults
    void run(RunOutcome outcome) {
      Verdicts.assertPassed(outcome);
    }
  }

  private static RunOutcome outcome(Verdict verdict, long lost) {
    return new RunOutcome(
        new RunDirectory(Path.of("store/x")),
        new Results(
            verdict,
            verdict.exitCode(),
            "because",
            1,
            1,
            0,
            0,
            0,
            lost,
            0,
            0,
            0,
            0,
            0,
            List.of(),
            List.of(),
            Map.of(),
            List.of()),
        ExitCode.of(verdict));
  }
}
