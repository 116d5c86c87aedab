package org.ordeal.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSearchTest {

  @TempDir private Path directory;

  @Test
  void shouldFindMessagesAnywhereInAnyFileAndNothingElse() throws Exception {
    byte[] file = new byte[(1 << 20) + 4096];
    put(file, 17, "c0-1");
    put(file, (1 << 20) - 9, "c0-2"); // across the border of two reads
    put(file, file.length - 30, "c0-3");
    put(file, 5000, "c0-9");
    file[5000 + 14] ^= 1; // its checksum is wrong
    put(file, 3 * 4096, "c0-5"); // after a blank page, and after one and a byte
    put(file, 9 * 4096 + 1, "c0-6");
    Files.createDirectories(directory.resolve("commitlog"));
    Files.write(directory.resolve("commitlog/0"), file);
    Files.write(directory.resolve("empty"), new byte[0]);

    assertThat(
            StoreSearch.find(
                directory, Set.of("c0-1", "c0-2", "c0-3", "c0-4", "c0-5", "c0-6", "c0-9")))
        .containsExactly("c0-1", "c0-2", "c0-3", "c0-5", "c0-6");
    assertThat(StoreSearch.find(directory.resolve("none"), Set.of("c0-1"))).isEmpty();
  }

  private static void put(byte[] file, int at, String value) {
    CRC32C crc = new CRC32C();
    crc.update(value.getBytes(StandardCharsets.UTF_8));
    byte[] body =
        ("ordeal:" + value + ":" + HexFormat.of().toHexDigits((int) crc.getValue()) + ":")
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(body, 0, file, at, body.length);
  }
}
