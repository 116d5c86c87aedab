package org.ordeal.faults.disk.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.DiskOptions;

/** What a disk that could not be mounted leaves behind. */
class MountedDiskTest {
  @TempDir private Path directory;

  @Test
  void shouldLeaveNothingBehindWhenItsMountIsRefused() {
    DiskOptions disk =
        DiskOptions.of("refused", directory.resolve("durable"), directory.resolve("mount"));
    for (DiskOptions options : new DiskOptions[] {disk, disk.withLink("127.0.0.1:1")}) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      assertThatThrownBy(() -> MountedDisk.mount(options, Path.of("/bin/false")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not mount");
      assertThat(directory.resolve(".durable.orphans")).doesNotExist();
      await().untilAsserted(() -> assertThat(threadsOfADiskSince(before)).isEmpty());
    }
  }

  private static Set<String> threadsOfADiskSince(Set<Thread> before) {
    Set<String> names = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      if (!before.contains(thread) && (name.equals("write-back") || name.endsWith("-refused"))) {
        names.add(name);
      }
    }
    return names;
  }
}
