package org.ordeal.faults.disk.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;

/** A commit that the host fails in the midst of it: it is made again, and not taken for made. */
class FailedCommitTest {
  /** More than Linux takes on any file system. */
  private static final int TOO_LARGE = 70_000;

  @TempDir private Path directory;
  private SmallDisk disk;

  @BeforeEach
  void opens() throws IOException {
    disk = new SmallDisk(directory, true);
  }

  @AfterEach
  void closes() throws IOException {
    disk.close();
  }

  private static void refuse(Inode inode) {
    inode.xattrs = new TreeMap<>(Map.of("user.large", new byte[TOO_LARGE]));
    inode.xattrsPending = true;
  }

  private static void allow(Inode inode) {
    inode.xattrs = new TreeMap<>();
  }

  @Test
  void shouldMakeAFileAfterTheHostRefusedIt() throws IOException {
    Inode file = disk.create("f");
    disk.write(file, "content");
    refuse(file);
    assertThatThrownBy(() -> disk.sync(file)).isInstanceOf(ErrnoException.class);
    assertThat(directory.resolve("root/f")).as("half made").doesNotExist();

    allow(file);
    disk.sync(file);
    disk.cut(0, 0, 1);
    assertThat(disk.read(disk.get("f"))).isEqualTo("content");
  }

  @Test
  void shouldCommitAttributesAfterTheHostRefusedThem() throws IOException {
    Inode file = disk.create("f");
    disk.sync(file);
    disk.volume
        .contents()
        .change(file, new AttributeChange(0600, null, null, null, null, 1L, false));
    disk.volume.durability().flushWithMetadata(file);
    refuse(file);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(disk.volume.durability()::commitMetadata)
          .isInstanceOf(ErrnoException.class);
      assertThat(disk.volume.durability().flushesWithMetadata(file)).isTrue();
    }

    allow(file);
    disk.volume.durability().commitMetadata();
    disk.cut(0, 0, 1);
    assertThat(disk.volume.contents().attributes(disk.get("f")).mtime()).isEqualTo(1);
  }

  @Test
  void shouldTakeOnlyAsManyExtendedAttributesAsExt4() throws IOException {
    Inode file = disk.create("f");
    NameSpace names = disk.volume.names();
    assertThatThrownBy(() -> names.setXattr(file, "user.a", new byte[5000], 0))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    names.setXattr(file, "user.a", new byte[1500], 0);
    names.setXattr(file, "user.b", new byte[1500], 0);
    assertThatThrownBy(() -> names.setXattr(file, "user.c", new byte[1500], 0))
        .isInstanceOf(ErrnoException.class);
    names.setXattr(file, "user.b", new byte[2000], 0);
    assertThat(names.xattrNames(file)).containsExactly("user.a", "user.b");
    names.setXattr(file, "user.a", null, 0);
    names.setXattr(file, "user.b", null, 0);
  }
}
