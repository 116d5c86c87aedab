package org.ordeal.faults.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fault disk under tools that know nothing of it, and under random use in the manner of fsx. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrdinaryToolsTest {
  private static final int MAX = 300_000;

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static Path mount;

  @BeforeAll
  static void mount() throws IOException {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
    daemon = DiskDaemon.start(directory);
    mount = directory.resolve("mount");
    daemon
        .control()
        .create(
            DiskOptions.of("tools", directory.resolve("durable"), mount)
                .withDirtyBytes(8 << 20)
                .withHostSync(false));
  }

  @AfterAll
  static void unmount() {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Test
  void shouldReadBackWhatRandomWritesMapsAndTruncationsLeft() throws IOException {
    Random random = new Random(20261124);
    Path file = mount.resolve("fsx");
    byte[] expected = new byte[0];
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 600; i++) {
        int offset = random.nextInt(MAX);
        byte[] data = new byte[1 + random.nextInt(40_000)];
        random.nextBytes(data);
        switch (random.nextInt(5)) {
          case 0 -> {
            channel.write(ByteBuffer.wrap(data), offset);
            expected = put(expected, offset, data);
          }
          case 1 -> {
            expected = Arrays.copyOf(expected, Math.min(expected.length, offset));
            channel.truncate(offset);
          }
          case 2 -> {
            expected = Arrays.copyOf(expected, Math.max(expected.length, offset));
            map(channel, expected, offset, data, random.nextBoolean());
          }
          case 3 -> channel.force(random.nextBoolean());
          default -> {
            ByteBuffer read = ByteBuffer.allocate(data.length);
            int count = Math.max(0, channel.read(read, offset));
            int available = Math.max(0, Math.min(data.length, expected.length - offset));
            assertThat(count).isEqualTo(available);
            assertThat(Arrays.copyOf(read.array(), count))
                .isEqualTo(
                    available == 0
                        ? new byte[0]
                        : Arrays.copyOfRange(expected, offset, offset + available));
          }
        }
        assertThat(channel.size()).isEqualTo(expected.length);
      }
      channel.force(true);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    assertThat(Files.readAllBytes(directory.resolve("durable/fsx"))).isEqualTo(expected);
  }

  private static byte[] put(byte[] into, int offset, byte[] data) {
    byte[] result = Arrays.copyOf(into, Math.max(into.length, offset + data.length));
    System.arraycopy(data, 0, result, offset, data.length);
    return result;
  }

  /** Extends the file to the expected size by the map, and writes within it. */
  private static void map(
      FileChannel channel, byte[] expected, int offset, byte[] data, boolean force)
      throws IOException {
    if (expected.length == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = channel.map(MapMode.READ_WRITE, 0, expected.length, arena);
      int at = offset % expected.length;
      int length = Math.min(data.length, expected.length - at);
      MemorySegment.copy(data, 0, map, JAVA_BYTE, at, length);
      System.arraycopy(data, 0, expected, at, length);
      if (force) {
        map.force();
      }
    }
  }

  @Test
  void shouldCarryACopyAnArchiveLinksAttributesAndLocks() throws Exception {
    Path source = directory.resolve("source");
    Files.createDirectories(source.resolve("a/b"));
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      byte[] data = new byte[random.nextInt(50_000)];
      random.nextBytes(data);
      Files.write(source.resolve(i % 2 == 0 ? "a/f" + i : "a/b/f" + i), data);
    }
    shell(
        "cp -a '" + source + "' copy && diff -r '" + source + "' copy",
        "tar cf x.tar copy && mkdir out && tar xf x.tar -C out && diff -r copy out/copy",
        "ln copy/a/f0 hard && test $(stat -c %h hard) = 2 && ln -s copy/a/f0 soft && cmp soft hard",
        "mv hard copy/a/b/f1 && cmp copy/a/b/f1 soft && mv -n soft copy && test ! -e soft",
        "flock x.tar true && chmod 640 x.tar && test $(stat -c %a x.tar) = 640",
        "touch -d '2001-02-03 04:05:06' x.tar && test $(date -d @$(stat -c %Y x.tar) +%Y) = 2001",
        "truncate -s 1G sparse && fallocate -l 1G full && test $(stat -c %s full) = 1073741824",
        "exec 5>gone && rm gone && echo still >&5 && mkfifo pipe && test -p pipe && rm pipe",
        "echo one > log && echo two >> log && test $(wc -l < log) = 2 && sync log && sync .",
        "mkdir -p full.d/x && ! rmdir full.d 2>/dev/null && rm -r out copy full.d && ! ls copy 2>/dev/null");
    assertThat(directory.resolve("durable/log")).hasContent("one\ntwo\n");
  }

  private static void shell(String... steps) throws IOException, InterruptedException {
    for (String step : steps) {
      Path output = directory.resolve("output");
      Process process =
          new ProcessBuilder("bash", "-c", step)
              .directory(mount.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(step).isTrue();
      assertThat(process.exitValue()).as("%s: %s", step, Files.readString(output)).isZero();
    }
  }
}
