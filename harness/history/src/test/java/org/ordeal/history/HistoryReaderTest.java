package org.ordeal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryReaderTest {

  @TempDir Path directory;

  private static final String SEND =
      "{\"index\":0,\"time\":5,\"process\":3,\"type\":\"invoke\",\"f\":\"send\",\"value\":\"a\"}\n";
  private static final String SENT =
      "{\"index\":1,\"time\":6,\"process\":3,\"type\":\"ok\",\"f\":\"send\",\"value\":[0,\"a\"]}\n";

  static List<Operation> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<Operation> read(byte[] bytes) throws IOException {
    try (HistoryReader reader = HistoryReader.read(new ByteArrayInputStream(bytes), "test")) {
      List<Operation> operations = new ArrayList<>();
      reader.forEachRemaining(operations::add);
      return operations;
    }
  }

  private static List<Operation> richOperations() {
    return List.of(
        new Operation(
            0, 1, 0, OperationType.INVOKE, "send", "a\"\\\n\u00fc\ud83d\ude00", "q-1", "n1", null),
        new Operation(
            3,
            1,
            Operation.NEMESIS,
            OperationType.INFO,
            "kill",
            Map.of("node", "n0", "term", 4L),
            null,
            null,
            null),
        new Operation(
            4,
            2,
            70_000,
            OperationType.INVOKE,
            "odd name",
            Arrays.asList(1L, null, List.of(true, -2.5)),
            null,
            null,
            null),
        new Operation(
            5,
            2,
            0,
            OperationType.OK,
            "send",
            List.of(Long.MAX_VALUE, "\u0001"),
            "q-1",
            null,
            null),
        new Operation(9, 9, 70_000, OperationType.INFO, "odd name", null, null, null, "timed out"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"h.jsonl", "h.jsonl.gz", "h.edn", "h.edn.gz"})
  void shouldReadBackWhatWasWritten(String name) throws IOException {
    Path file = directory.resolve(name);
    try (HistoryWriter writer = HistoryWriter.create(file)) {
      for (Operation operation : richOperations()) {
        writer.write(operation);
      }
    }
    List<Operation> read = new ArrayList<>();
    try (HistoryReader reader = HistoryReader.open(file)) {
      reader.forEachRemaining(read::add);
      assertThat(reader.truncated()).isEmpty();
    }
    assertThat(read).isEqualTo(richOperations());
  }

  @ParameterizedTest
  @EnumSource(HistoryWriter.Format.class)
  void shouldReadEmptyHistories(HistoryWriter.Format format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    HistoryWriter.to(out, format).close();
    assertThat(read(out.toByteArray())).isEmpty();
  }

  @Test
  void shouldReadJepsensVectorOfMaps() throws IOException {
    String edn =
        """
        ; a comment
        [{:process 0, :type :invoke, :f :cas, :value [0 1]}
         #jepsen.history.Op{:process :nemesis, :type :info, :f :start-partition, :value {"n1" #{"n2"}}, :time 3}
         #_ {:ignored true}
         {:process 0 :type :info :f :cas :value [0 1] :error [:timeout "slow"]}]
        """;
    List<Operation> operations = read(edn);
    assertThat(operations).hasSize(3);
    assertThat(operations.get(0).value()).isEqualTo(List.of(0L, 1L));
    assertThat(operations.get(1).byNemesis()).isTrue();
    assertThat(operations.get(1).value()).isEqualTo(Map.of("n1", List.of("n2")));
    assertThat(operations.get(2).error()).isEqualTo("[timeout, slow]");
    assertThat(operations).extracting(Operation::index).containsExactly(0L, 1L, 2L);
  }

  @Test
  void shouldNumberOperationsWithoutIndex() throws IOException {
    String text = SEND.replace("\"index\":0,", "") + SENT.replace("\"index\":1,\"time\":6,", "");
    assertThat(read(text)).extracting(Operation::index).containsExactly(0L, 1L);
    assertThat(read(text)).extracting(Operation::time).containsExactly(5L, 5L);
  }

  @Test
  void shouldTellACutOffLastLineAndKeepTheRest() throws IOException {
    String text = SEND + SENT.substring(0, 40);
    try (HistoryReader reader =
        HistoryReader.read(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "test")) {
      assertThat(reader.next().f()).isEqualTo("send");
      assertThat(reader.hasNext()).isFalse();
      assertThat(reader.truncated()).get().asString().contains("line 2");
    }
  }

  @Test
  void shouldTellACutOffCompressedFile() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HistoryWriter writer =
        HistoryWriter.to(new GZIPOutputStream(out), HistoryWriter.Format.JSONL)) {
      for (int i = 0; i < 5000; i++) {
        writer.write(
            new Operation(
                i,
                i,
                i / 2,
                i % 2 == 0 ? OperationType.INVOKE : OperationType.OK,
                "send",
                "v" + i,
                null,
                null,
                null));
      }
    }
    byte[] half = Arrays.copyOf(out.toByteArray(), out.size() / 2);
    try (HistoryReader reader = HistoryReader.read(new ByteArrayInputStream(half), "test")) {
      int count = 0;
      while (reader.hasNext()) {
        reader.next();
        count++;
      }
      assertThat(count).isBetween(500, 4500);
      assertThat(reader.truncated()).isPresent();
    }
  }

  @Test
  void shouldTellAnUnclosedVector() throws IOException {
    String text = "[{:process 0 :type :invoke :f :read :value nil}\n{:process 0 :type :o";
    try (HistoryReader reader =
        HistoryReader.read(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "test")) {
      reader.next();
      assertThat(reader.hasNext()).isFalse();
      assertThat(reader.truncated()).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"process\":1,\"type\":\"maybe\",\"f\":\"x\"}\n",
        "{\"process\":1,\"type\":\"ok\",\"f\":\"x\"}\n",
        "{\"process\":3,\"type\":\"invoke\",\"f\":\"x\"}\n",
        "{\"process\":3,\"type\":\"ok\",\"f\":\"other\"}\n",
        "{\"process\":-4,\"type\":\"invoke\",\"f\":\"x\"}\n",
        "{\"process\":4,\"type\":\"invoke\"}\n",
        "{\"process\":4,\"type\":\"invoke\",\"f\":\"x\",\"time\":4}\n",
        "{\"process\":4,\"type\":\"invoke\",\"f\":\"x\",\"index\":0}\n",
        "{\"process\":4,\"type\":\"invoke\",\"f\":\"x\",\"f\":\"x\"}\n",
        "{\"process\":4,\"type\":\"invoke\",\"f\":\"x\",\"value\":99999999999999999999}\n",
        "{\"process\":4,\"type\":\"invoke\",\"f\":\"x\"} trailing\n",
        "[1]\n",
        "\u0000\n",
        "nonsense\n"
      })
  void shouldNameTheLineThatIsWrong(String second) {
    assertThatThrownBy(() -> read(SEND + second))
        .isInstanceOfSatisfying(
            HistoryFormatException.class, e -> assertThat(e.line()).isEqualTo(2))
        .hasMessageContaining("test, line 2");
  }

  @Test
  void shouldRefuseAProcessThatGoesOnAfterInfo() {
    String info = SENT.replace("\"ok\"", "\"info\"");
    assertThatThrownBy(() -> read(SEND + info + SEND.replace("\"index\":0,\"time\":5,", "")))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("info");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "\u007fELF", "<html>", "\"text\"", "5"})
  void shouldRefuseWhatIsNoHistory(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(HistoryFormatException.class);
  }

  @Test
  void shouldTakeWhatTheFastPathDeclines() throws IOException {
    String line =
        "{ \"process\" : 3 , \"type\" : \"invoke\" , \"f\" : \"s\\u0065nd\", \"value\": {\"a\":[1.5]}, \"extra\": 1}\n";
    Operation operation = read(line).get(0);
    assertThat(operation.f()).isEqualTo("send");
    assertThat(operation.value()).isEqualTo(Map.of("a", List.of(1.5)));
  }

  @Test
  void shouldReadFilesWithWindowsLineEndsAndByteOrderMark() throws IOException {
    Path file = directory.resolve("bom.jsonl");
    Files.writeString(file, "\ufeff" + SEND.replace("\n", "\r\n") + "\r\n" + SENT);
    try (HistoryReader reader = HistoryReader.open(file)) {
      assertThat(reader.next().value()).isEqualTo("a");
      assertThat(reader.next().value()).isEqualTo(List.of(0L, "a"));
      assertThat(reader.hasNext()).isFalse();
    }
  }

  @Test
  void shouldRefuseACompressedFileThatGoesOnWithSomethingElse() throws IOException {
    byte[] first = gzip(SEND);
    byte[] second = gzip(SENT);
    assertThat(read(joined(first, second))).hasSize(2);
    second[0] ^= 1; // The JDK takes what follows for nothing, and half of the history is gone.
    assertThatThrownBy(() -> read(joined(first, second)))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("what follows the compressed data");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  @Test
  void shouldReadWhatClojurePrints() throws IOException {
    String text =
        """
        ; a comment
        #jepsen.history.Op{:index 0, :time 5, :type :invoke, :process 0, :f :write, :value #{3 1 2}}
        #_ {:type :skipped}
        {:process :nemesis, :type :info, :f :start, :value {:at #inst "2026-01-01T00:00:00Z"}}
        {:process 0 :type :ok, :f :write, :value #{2 1 3} :error nil}
        {:process 1 :type :invoke :f :cas :value (1/2 7N)}
        {:process 1 :type :fail :f :cas :value [\\a #:x{:b :y/z}] :error [:timeout "x"]}
        """;
    List<Operation> operations = read(text);
    assertThat(operations).hasSize(5);
    assertThat(operations.get(0).value()).isEqualTo(operations.get(2).value());
    assertThat(operations.get(1).byNemesis()).isTrue();
    assertThat(operations.get(3).value()).isEqualTo(List.of("1/2", 7L));
    assertThat(operations.get(4).value()).isEqualTo(List.of("a", Map.of("x/b", "y/z")));
  }

  @Test
  void shouldSayThatAnArrayOfJsonIsNoHistory() {
    assertThatThrownBy(() -> read("[\n {\"process\":0}]"))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("one object a line");
  }

  @Test
  void shouldMakeKeysOfIndependentTuples() throws IOException {
    String text =
        """
        {:process 0 :type :invoke :f :write :value [7 1]}
        {:process :nemesis :type :info :f :kill :value nil}
        {:process 1 :type :invoke :f :read :value ["x" nil]}
        {:process 1 :type :ok :f :read :value ["x" 5]}
        {:process 0 :type :info :f :write :value nil}
        """;
    Path file = Files.writeString(directory.resolve("tuples.edn"), text);
    List<Operation> operations = new ArrayList<>();
    try (OperationStream stream = new IndependentHistory(HistorySource.of(file)).open()) {
      stream.forEachRemaining(operations::add);
    }
    assertThat(operations).extracting(Operation::key).containsExactly("7", null, "x", "x", "7");
    assertThat(operations).extracting(Operation::value).containsExactly(1L, null, null, 5L, null);

    Files.writeString(file, "{:process 0 :type :invoke :f :write :value 1}");
    try (OperationStream stream = new IndependentHistory(HistorySource.of(file)).open()) {
      assertThatThrownBy(stream::next)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no tuple");
    }
  }
}
