package org.ordeal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small compressed file can hold any number of blanks, and no budget is looked at meanwhile. */
class EndlessBlanksTest {

  private static final String JSON = "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n";
  private static final String EDN = "{:process 0 :type :invoke :f :read}\n";

  private static final long LENGTH_BYTES = 100L << 20;

  /** Repeats a text, and counts what was taken. */
  private static final class Repeated extends InputStream {
    private final byte[] text;
    private long taken;

    Repeated(String text) {
      this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      if (taken == LENGTH_BYTES) {
        return -1;
      }
      return text[(int) (taken++ % text.length)];
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int count = (int) Math.min(length, LENGTH_BYTES - taken);
      if (count == 0) {
        return -1;
      }
      for (int i = 0; i < count; i++) {
        buffer[offset + i] = text[(int) ((taken + i) % text.length)];
      }
      taken += count;
      return count;
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "none,` `",
        "json,`\\n`",
        "json,`  \\r\\n`",
        "edn,`\\n`",
        "edn,`; a comment\\n`",
        "edn,`#_{:f :x}`",
        "text,`a`"
      })
  void shouldGiveUpWhereNoOperationComes(String start, String repeated) throws IOException {
    String first =
        switch (start) {
          case "json" -> JSON;
          case "edn" -> EDN;
          case "text" -> EDN + "{:f \"";
          default -> "";
        };
    Repeated blanks = new Repeated(repeated);
    InputStream in =
        new SequenceInputStream(
            new ByteArrayInputStream(first.getBytes(StandardCharsets.UTF_8)), blanks);
    try (HistoryReader reader = HistoryReader.read(in, "test")) {
      if (!first.isEmpty()) {
        reader.next();
      }
      assertThatThrownBy(reader::hasNext).isInstanceOf(HistoryFormatException.class);
    }
    assertThat(blanks.taken).isLessThan(65L << 20);
  }
}
