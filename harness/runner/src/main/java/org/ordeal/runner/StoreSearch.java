package org.ordeal.runner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Looks for messages in the files of a node, whatever their format: a message of a load client
 * carries {@code ordeal:VALUE:CRC:} in its body, with the CRC-32C of the value. What is on disk but
 * not returned is unreadable, not lost.
 */
final class StoreSearch {

  private static final byte[] MAGIC = "ordeal:".getBytes(StandardCharsets.US_ASCII);
  private static final int CHUNK = 1 << 20;

  /** No value, with its checksum and colons, is longer. */
  private static final int LONGEST = 256;

  private static final int CRC_DIGITS = 8;
  private static final byte[] BLANK = new byte[4096];

  private StoreSearch() {}

  /**
   * Which of these values are in regular files below a directory. A file that cannot be read is
   * passed over: a message that only it has counts as lost.
   */
  static Set<String> find(Path directory, Set<String> values) {
    Set<String> found = new TreeSet<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    } catch (IOException | java.io.UncheckedIOException unreadable) {
      // What was listed by then is searched.
    }
    for (Path file : files) {
      try {
        search(file, values, found);
      } catch (IOException unreadable) {
        // See above.
      }
    }
    return found;
  }

  private static void search(Path file, Set<String> values, Set<String> found) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = new byte[CHUNK + LONGEST];
      long position = 0;
      int kept = 0;
      while (true) {
        int read = channel.read(ByteBuffer.wrap(bytes, kept, CHUNK), position);
        if (read <= 0) {
          return;
        }
        position += read;
        int end = kept + read;
        scan(bytes, end, values, found);
        kept = Math.min(end, LONGEST);
        System.arraycopy(bytes, end - kept, bytes, 0, kept);
      }
    }
  }

  private static void scan(byte[] bytes, int end, Set<String> values, Set<String> found) {
    for (int at = 0; at + MAGIC.length < end; at++) {
      if (bytes[at] == 0 && at + BLANK.length <= end) {
        // Most of a preallocated log is blank.
        int written = Arrays.mismatch(bytes, at, at + BLANK.length, BLANK, 0, BLANK.length);
        at += (written < 0 ? BLANK.length : written) - 1;
        continue;
      }
      if (bytes[at] != MAGIC[0] || !matches(bytes, at)) {
        continue;
      }
      int from = at + MAGIC.length;
      int colon = from;
      while (colon < end && colon - from < LONGEST && bytes[colon] != ':') {
        colon++;
      }
      if (colon + 1 + CRC_DIGITS > end || bytes[colon] != ':') {
        continue;
      }
      String value = new String(bytes, from, colon - from, StandardCharsets.UTF_8);
      if (values.contains(value) && crc(value).equals(ascii(bytes, colon + 1))) {
        found.add(value);
      }
    }
  }

  private static boolean matches(byte[] bytes, int at) {
    for (int i = 1; i < MAGIC.length; i++) {
      if (bytes[at + i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  private static String ascii(byte[] bytes, int from) {
    return new String(bytes, from, CRC_DIGITS, StandardCharsets.US_ASCII);
  }

  private static String crc(String value) {
    CRC32C crc = new CRC32C();
    crc.update(value.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
