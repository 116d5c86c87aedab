package org.ordeal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Different values of a file stay different, and equal ones are equal however they are written. */
class ExactValuesTest {

  @TempDir Path directory;

  private static @Nullable Object edn(String value) throws IOException {
    return HistoryReaderTest.read("{:process 0 :type :invoke :f :write :value " + value + "}\n")
        .getFirst()
        .value();
  }

  private static @Nullable Object json(String value) throws IOException {
    return HistoryReaderTest.read(jsonLine(value) + "\n").getFirst().value();
  }

  private static String jsonLine(String value) {
    return "{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":" + value + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740993M",
        "9007199254740993.0",
        "0.1234567890123456789M",
        "1e400",
        "-1e400M",
        "1e-400",
        "1e99999999999",
      })
  void shouldRefuseDecimalsOfEdnThatWouldBecomeOthers(String number) {
    assertThatThrownBy(() -> edn(number))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessage(
            "test, line 1: the number "
                + number
                + " has more digits or a wider exponent than are kept; write it as a string");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9007199254740993.0", "0.1234567890123456789", "1e400", "1e-400"})
  void shouldRefuseDecimalsOfJsonThatWouldBecomeOthers(String number) {
    assertThatThrownBy(() -> json("[" + number + "]"))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("write it as a string");
    assertThatThrownBy(() -> HistoryReaderTest.read(jsonLine(number)))
        .as("a whole object is not cut off, though no line feed follows")
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("write it as a string");
  }

  @Test
  void shouldRefuseADecimalOfJsonThatNoNumberIsWideEnoughFor() {
    assertThatThrownBy(() -> json("1e99999999999"))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("a number has more digits or a wider exponent");
    assertThatThrownBy(() -> json("1e999999999")).isInstanceOf(HistoryFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({"0.1,0.1", "1.50,1.5", "-2.5e3,-2500.0", "1e22,1e22", "4.9E-324,4.9E-324"})
  void shouldKeepDecimalsThatADoubleGivesBack(String text, double kept) throws IOException {
    assertThat(edn(text)).isEqualTo(kept);
    assertThat(edn(text + "M")).isEqualTo(kept);
    assertThat(json(text)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "1/3,1/3",
    "2/6,1/3",
    "-2/6,-1/3",
    "9007199254740993/2,9007199254740993/2",
    "9007199254740992/3,9007199254740992/3"
  })
  void shouldReduceRatios(String text, String kept) throws IOException {
    assertThat(edn(text)).isEqualTo(kept);
  }

  @Test
  void shouldMakeAWholeNumberOfARatioThatIsOne() throws IOException {
    assertThat(edn("9007199254740993/1")).isEqualTo(9007199254740993L);
    assertThat(edn("-6/3")).isEqualTo(-2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1/0",
        "0/0",
        "010",
        "-08",
        "00",
        "00.5",
        "01/2",
        "0x10",
        "2r101",
        "1.5f",
        "1/-2",
        "9223372036854775808",
        "9223372036854775808N",
        "99999999999999999999/1",
        "\u0661"
      })
  void shouldRefuseNumbersThatCouldBeOthers(String number) {
    assertThatThrownBy(() -> edn(number)).isInstanceOf(HistoryFormatException.class);
  }

  @Test
  void shouldKnowOneZero() throws IOException {
    assertThat(edn("-0.0")).isEqualTo(0.0).isEqualTo(edn("0.0")).isEqualTo(edn("-0.0M"));
    assertThat(json("-0.0")).isEqualTo(0.0).isEqualTo(json("0.0"));
    assertThat(edn("#{1 -0.0}")).isEqualTo(edn("#{0.0 1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "#{1 \"1\"} | #{\"1\" 1}",
        "#{nil \"null\" true \"true\"} | #{\"true\" \"null\" true nil}",
        "#{1 1.0} | #{1.0 1}",
        "#{{:a 1 :b 2} {:a 1 :c 3}} | #{{:a 1 :c 3} {:b 2 :a 1}}",
        "#{[1 \"1\"] [\"1\" 1]} | #{[\"1\" 1] [1 \"1\"]}",
        "#{[\"a b\"] [\"a\" \"b\"]} | #{[\"a\" \"b\"] [\"a b\"]}",
        "#{#{1 \"1\"} [2]} | #{[2] #{\"1\" 1}}",
        "{{:a 1 :b 2} 1} | {{:b 2 :a 1} 1}",
      })
  void shouldReadEqualValuesAsEqual(String one, String other) throws IOException {
    assertThat(edn(one)).isEqualTo(edn(other));
  }

  @Test
  void shouldTellKeysOfMapsApart() throws IOException {
    assertThat(edn("{[1 \"1\"] 5}")).isNotEqualTo(edn("{[\"1\" 1] 5}"));
    assertThatThrownBy(() -> edn("#:x{:b 1 :x/b 2}"))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("x/b twice");
  }

  @Test
  void shouldDropMetadata() throws IOException {
    assertThat(edn("^{:m 1} [1]")).isEqualTo(List.of(1L));
    assertThat(edn("[^:private ^String \"x\" #^{:m 1} {:k ^:v [2]}]"))
        .isEqualTo(List.of("x", Map.of("k", List.of(2L))));
    assertThatThrownBy(() -> edn("[^:m]")).isInstanceOf(HistoryFormatException.class);
    String event = "{:process 0 :type :invoke :f :read}";
    assertThat(HistoryReaderTest.read("^{:m 1} [" + event + "]")).hasSize(1);
    assertThat(HistoryReaderTest.read("^{:m 1} " + event)).hasSize(1);
    assertThat(HistoryReaderTest.read("{^:m :process 0 :type :invoke :f :read}")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(HistoryWriter.Format.class)
  void shouldKeepHalvesOfSurrogatePairsApart(HistoryWriter.Format format) throws IOException {
    List<String> texts =
        List.of("\ud800", "\udbff", "\udc00", "\ufffd", "?", "\ud800\ud83d\ude00\ude00");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HistoryWriter writer = HistoryWriter.to(out, format)) {
      for (int i = 0; i < texts.size(); i++) {
        writer.write(
            new Operation(
                i, i, i, OperationType.INVOKE, "write", texts.get(i), texts.get(i), null, null));
      }
    }
    List<Operation> read = HistoryReaderTest.read(out.toByteArray());
    assertThat(read).extracting(Operation::value).isEqualTo(texts);
    assertThat(read).extracting(Operation::key).isEqualTo(texts);
  }

  @Test
  void shouldMakeOneKeyOfEqualMapsInTuples() throws IOException {
    String text =
        """
        {:process 0 :type :invoke :f :write :value [{:a 1 :b 2} 5]}
        {:process 0 :type :ok :f :write :value [{:b 2 :a 1} 5]}
        {:process 1 :type :invoke :f :write :value [[1 "1"] 5]}
        {:process 2 :type :invoke :f :write :value [["1" 1] 5]}
        """;
    Path file = Files.writeString(directory.resolve("tuples.edn"), text);
    List<@Nullable String> keys = new ArrayList<>();
    try (OperationStream stream = new IndependentHistory(HistorySource.of(file)).open()) {
      stream.forEachRemaining(operation -> keys.add(operation.key()));
    }
    assertThat(keys)
        .containsExactly("{\"a\" 1 \"b\" 2}", "{\"a\" 1 \"b\" 2}", "[1 \"1\"]", "[\"1\" 1]");
  }

  private static final String TWO_EVENTS =
      """
      {:process 0 :type :invoke :f :read :value nil}
      {:process 0 :type :ok :f :read :value 1}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[EVENTS#_{:f :x}\n]",
        "(EVENTS#_{:f :x})\n",
        "EVENTS#_{:f :x}\n",
        "EVENTS#_{:f :x}",
        "#_{:f :x} [EVENTS]",
        "#_{:f :x} EVENTS",
        "#_#_{:f :x} [1] EVENTS",
        "[#_ 1 EVENTS #_ 2] #_{:f :x} ; the end",
      })
  void shouldPassOverDiscardedFormsAnywhere(String text) throws IOException {
    byte[] bytes =
        text.replace("EVENTS", TWO_EVENTS).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    List<Operation> operations = new ArrayList<>();
    try (HistoryReader reader = HistoryReader.read(new ByteArrayInputStream(bytes), "test")) {
      reader.forEachRemaining(operations::add);
      assertThat(reader.truncated()).isEmpty();
    }
    assertThat(operations).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#{1}", "#_{:f", "]", "#_1 {:process 1 :type :invoke :f :read}"})
  void shouldRefuseWhatFollowsTheEndOfAVector(String rest) {
    assertThatThrownBy(() -> HistoryReaderTest.read("[" + TWO_EVENTS + "]" + rest))
        .isInstanceOf(HistoryFormatException.class);
  }
}
