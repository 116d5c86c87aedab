package org.ordeal.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HistoryFuzzTest {

  /** A history with every kind of event in it. */
  static List<Operation> history(Random random, int count) {
    List<Operation> operations = new ArrayList<>();
    boolean[] open = new boolean[4];
    int fresh = 0;
    for (int i = 0; i < count; i++) {
      int slot = random.nextInt(4);
      int process = slot + 4 * (fresh + 1);
      if (!open[slot]) {
        open[slot] = true;
        operations.add(
            new Operation(
                i, i * 7L, process, OperationType.INVOKE, "send", "v" + i, "q", "n1", null));
      } else {
        OperationType type = random.nextBoolean() ? OperationType.OK : OperationType.FAIL;
        open[slot] = false;
        operations.add(
            new Operation(
                i, i * 7L, process, type, "send", List.of((long) i, "x"), "q", null, "e\u00e9"));
      }
    }
    return operations;
  }

  private static byte[] written(List<Operation> operations, HistoryWriter.Format format)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (HistoryWriter writer = HistoryWriter.to(out, format)) {
      for (Operation operation : operations) {
        writer.write(operation);
      }
    }
    return out.toByteArray();
  }

  @Property(tries = 400)
  void shouldReadDamagedHistoriesOrSayWhereTheyAreWrong(
      @ForAll long seed,
      @ForAll HistoryWriter.Format format,
      @ForAll @IntRange(min = 0, max = 6) int flips)
      throws IOException {
    Random random = new Random(seed);
    List<Operation> whole = history(random, 40);
    byte[] bytes = written(whole, format);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length;
    List<Operation> read = new ArrayList<>();
    try (HistoryReader reader =
        HistoryReader.read(new ByteArrayInputStream(bytes, 0, length), "fuzz")) {
      reader.forEachRemaining(read::add);
      if (flips == 0) {
        assertThat(read).isEqualTo(whole.subList(0, read.size()));
      }
    } catch (HistoryFormatException e) {
      assertThat(e.getMessage()).startsWith("fuzz, line ");
      assertThat(flips).isPositive();
    }
  }

  @Property(tries = 300)
  void shouldNeverFailOtherwiseOnRandomText(@ForAll String text) throws IOException {
    for (String prefix : List.of("", "{\"", "[{:", "{:type ")) {
      try (HistoryReader reader =
          HistoryReader.read(
              new ByteArrayInputStream((prefix + text).getBytes(StandardCharsets.UTF_8)), "fuzz")) {
        reader.forEachRemaining(operation -> assertThat(operation.f()).isNotNull());
      } catch (HistoryFormatException e) {
        assertThat(e.getMessage()).startsWith("fuzz, line ");
      }
    }
  }
}
