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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.libc.MountCalls;
import org.ordeal.faults.disk.libc.PathBytes;

/**
 * The same program on a fault disk and on a real ext4 that is shut down under it: what survives
 * must be the same.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecondEngineTest {
  private static final int PAGE = 4096;

  /** EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal is written, as when the power goes. */
  private static final int WITHOUT_LOG = 2;

  @TempDir Path directory;

  /** What is left of the program's files. */
  private record Left(
      String synced,
      boolean unsyncedData,
      boolean mapForced,
      boolean mapUnforced,
      boolean renamed,
      boolean removed) {}

  @Test
  void shouldKeepAndLoseWhatARealFileSystemKeepsAndLoses() throws Exception {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
    assumeTrue("root".equals(System.getProperty("user.name")), "Needs root, for a loop device");
    assumeTrue(run("which", "mkfs.ext4", "losetup"), "Needs mkfs.ext4 and losetup");
    Path image = directory.resolve("ext4.img");
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), (64L << 20) - 1);
    }
    Path real = Files.createDirectory(directory.resolve("real"));
    assumeTrue(run("mkfs.ext4", "-q", "-F", image.toString()), "Needs a working mkfs.ext4");
    assumeTrue(
        run("mount", "-o", "loop", image.toString(), real.toString()), "Needs a free loop device");
    Left onReal;
    try {
      program(
          real,
          () -> {
            int fd =
                Libc.open(PathBytes.bytesOf(real.toString()), Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
            int down = MountCalls.shutDown(fd, WITHOUT_LOG);
            Libc.close(fd);
            assumeTrue(down == 0, "Needs a kernel whose ext4 can be shut down");
          });
      assertThat(run("umount", real.toString())).isTrue();
      assertThat(run("mount", "-o", "loop", image.toString(), real.toString())).isTrue();
      onReal = look(real);
    } finally {
      assertThat(run("umount", real.toString())).isTrue();
    }
    assertThat(look(onFaultDisk())).isEqualTo(onReal);
    assertThat(onReal).isEqualTo(new Left("synced", false, true, false, false, false));
  }

  /** Runs the program on a fault disk and returns its backing directory, unmounted. */
  private Path onFaultDisk() throws IOException {
    Path durable = directory.resolve("durable");
    try (DiskDaemon daemon = DiskDaemon.start(directory)) {
      Path mount = directory.resolve("mount");
      daemon.control().create(DiskOptions.of("d", durable, mount));
      program(mount, () -> daemon.control().powerLoss(PowerLoss.of(List.of("d"))));
    }
    return durable;
  }

  /** Ends the power. */
  private interface Cut {
    void now() throws IOException;
  }

  private static void program(Path mount, Cut cut) throws IOException {
    Files.writeString(mount.resolve("old"), "to be renamed");
    Files.writeString(mount.resolve("doomed"), "to be removed");
    try (Arena arena = Arena.ofShared();
        FileChannel map = open(mount.resolve("map"));
        FileChannel synced = open(mount.resolve("synced"));
        FileChannel unsynced = open(mount.resolve("unsynced"))) {
      MemorySegment memory = map.map(MapMode.READ_WRITE, 0, 2 * PAGE, arena);
      memory.set(JAVA_BYTE, 0, (byte) 1);
      memory.force();
      synced.write(ByteBuffer.wrap("synced".getBytes(StandardCharsets.UTF_8)));
      synced.force(true);
      unsynced.write(ByteBuffer.allocate(3 * PAGE).put(0, (byte) 1));
      memory.set(JAVA_BYTE, PAGE, (byte) 1);
      Files.move(mount.resolve("old"), mount.resolve("new"), StandardCopyOption.ATOMIC_MOVE);
      Files.delete(mount.resolve("doomed"));
      cut.now();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static Left look(Path root) throws IOException {
    byte[] map = Files.readAllBytes(root.resolve("map"));
    byte[] unsynced =
        Files.exists(root.resolve("unsynced"))
            ? Files.readAllBytes(root.resolve("unsynced"))
            : new byte[0];
    return new Left(
        Files.readString(root.resolve("synced")),
        unsynced.length > 0 && unsynced[0] == 1,
        map[0] == 1,
        map[PAGE] == 1,
        Files.exists(root.resolve("new")),
        !Files.exists(root.resolve("doomed")));
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
