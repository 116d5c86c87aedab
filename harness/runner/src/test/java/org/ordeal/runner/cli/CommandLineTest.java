package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run", "matrix", "check", "report", "gate", "replay", "shrink", "serve", "cluster", "lint",
        "doctor", "images", "list"
      })
  void shouldGiveHelpWithAnExampleForEveryCommand(String command) {
    assertThat(ordeal(command, "--help")).isZero();
    assertThat(out.toString()).contains("Example").contains("  ordeal " + command);
  }

  @ParameterizedTest
  @CsvSource({"2, 24, 1", "4, 24, 1", "16, 64, 4", "64, 24, 8", "64, 2, 1"})
  void shouldRunAsManyClustersOfAMatrixAsProcessorsAndMemoryCarry(
      int processors, long gibibytes, int clusters) {
    assertThat(MatrixCommand.clusters(processors, gibibytes << 30)).isEqualTo(clusters);
  }

  @Test
  void shouldSuggestTheOptionThatWasMeant() {
    assertThat(ordeal("run", "durability", "--topolgy", "dledger")).isEqualTo(64);
    assertThat(err.toString()).contains("'--topolgy'").contains("Did you mean --topology?");
  }

  @Test
  void shouldSuggestTheCommandThatWasMeant() {
    assertThat(ordeal("rnu")).isEqualTo(64);
    assertThat(err.toString()).contains("Did you mean run?");
  }

  @Test
  void shouldRefuseADurationThatIsNone() {
    assertThat(ordeal("run", "durability", "--time", "soon")).isEqualTo(64);
    assertThat(err.toString()).contains("'soon' is not a duration: write 500ms, 60s, 5m or 1h");
  }

  @Test
  void shouldRefuseUnknownNamesBeforeAnythingRuns() {
    assertThat(ordeal("run", "durabilty", "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("Did you mean durability?");
    assertThat(ordeal("run", "durability", "--faults", "kil", "--dry-run")).isEqualTo(64);
    assertThat(err.toString()).contains("There is no fault called 'kil'. Did you mean kill?");
    assertThat(ordeal("run", "durability", "--topology", "raft", "--dry-run")).isEqualTo(64);
    assertThat(ordeal("run", "durability", "--runtime", "cloud", "--dry-run")).isEqualTo(64);
    assertThat(ordeal("run", "durability", "--system", "kafka", "--store", "unused")).isEqualTo(64);
    assertThat(err.toString()).contains("There is no system called 'kafka'.");
    assertThat(ordeal("run", "durability", "--schedule", "none.json")).isEqualTo(64);
    assertThat(ordeal("replay", "no/such/run")).isEqualTo(64);
  }

  @Test
  void shouldPrintTheSeedFirstAndTheSameScheduleForTheSameSeed() {
    String[] command = {
      "run", "durability", "--faults", "kill,partition", "--seed", "7", "--dry-run"
    };
    assertThat(ordeal(command)).as(err.toString()).isZero();
    String first = out.toString();
    assertThat(first).startsWith("seed 7").contains("\"partition\"").contains("\"kill\"");
    out.getBuffer().setLength(0);
    assertThat(ordeal(command)).isZero();
    assertThat(out.toString()).isEqualTo(first);
  }

  @Test
  void shouldListEveryKindOfName() {
    assertThat(ordeal("list")).isZero();
    assertThat(out.toString())
        .contains("durability", "kill", "reference", "dledger", "process", "linearizable-log");
  }

  private int ordeal(String... arguments) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
