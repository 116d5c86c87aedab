package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Extended attributes of files on a fault disk, and what a power loss leaves of them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExtendedAttributesTest {
  private static final String DISK = "d";

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static DiskControl control;
  private final Path mountPoint = directory.resolve("mount");
  private final Path file = mountPoint.resolve("f");
  private final Path other = mountPoint.resolve("other");

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    control = daemon.control();
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  /** Two durable files, so that only the attributes are left to lose. */
  private void mount(MetadataMode mode) throws IOException {
    Path durable = Files.createTempDirectory(directory, "durable");
    control.create(
        DiskOptions.of(DISK, durable, mountPoint)
            .withAges(-1, -1)
            .withHostSync(false)
            .withMetadata(mode));
    Files.writeString(file, "content");
    Files.writeString(other, "content");
    control.sync(DISK);
  }

  @AfterEach
  void unmount() throws DiskException {
    control.unmount(DISK);
  }

  private static UserDefinedFileAttributeView attributes(Path of) {
    return Files.getFileAttributeView(of, UserDefinedFileAttributeView.class);
  }

  private void set(String name, String value) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
    assertThat(attributes(file).write(name, bytes)).isEqualTo(value.length());
  }

  private String get(String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(attributes(file).size(name));
    attributes(file).read(name, bytes);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void cut() throws DiskException {
    control.powerLoss(PowerLoss.of(List.of(DISK)));
  }

  @Test
  void shouldSetGetReplaceListAndRemove() throws IOException {
    mount(MetadataMode.EXT4);
    assertThat(Files.getFileStore(file).supportsFileAttributeView("user")).isTrue();
    assertThat(attributes(file).list()).isEmpty();
    set("ordeal.one", "first");
    set("ordeal.two", "");
    set("ordeal.one", "replaced by something longer");
    assertThat(attributes(file).list()).containsExactlyInAnyOrder("ordeal.one", "ordeal.two");
    assertThat(get("ordeal.one")).isEqualTo("replaced by something longer");
    assertThat(get("ordeal.two")).isEmpty();
    assertThat(attributes(other).list()).isEmpty();
    attributes(file).delete("ordeal.one");
    assertThat(attributes(file).list()).containsExactly("ordeal.two");
    assertThatThrownBy(() -> get("ordeal.one")).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> attributes(file).delete("ordeal.one"))
        .isInstanceOf(FileSystemException.class);
    assertThat(file).hasContent("content");
  }

  @Test
  void shouldHoldAValueOfManyBytesAndRefuseToCutItShort() throws IOException {
    mount(MetadataMode.EXT4);
    byte[] value = new byte[3000];
    new Random(1).nextBytes(value);
    attributes(file).write("big", ByteBuffer.wrap(value));
    ByteBuffer read = ByteBuffer.allocate(4000);
    assertThat(attributes(file).read("big", read)).isEqualTo(value.length);
    assertThat(Arrays.copyOf(read.array(), value.length)).isEqualTo(value);
    assertThatThrownBy(() -> attributes(file).read("big", ByteBuffer.allocate(2999)))
        .isInstanceOf(FileSystemException.class);
    force(file);
    cut();
    assertThat(attributes(file).size("big")).isEqualTo(value.length);
  }

  @ParameterizedTest
  @EnumSource(MetadataMode.class)
  void shouldKeepWhatWasSyncedThroughAPowerLoss(MetadataMode mode) throws IOException {
    mount(mode);
    set("kept", "yes");
    set("removed", "x");
    force(file);
    attributes(file).delete("removed");
    force(file);
    cut();
    assertThat(attributes(file).list()).containsExactly("kept");
    assertThat(get("kept")).isEqualTo("yes");
    assertThat(file).hasContent("content");
  }

  @ParameterizedTest
  @EnumSource(MetadataMode.class)
  void shouldLoseWhatWasNotSyncedInAPowerLoss(MetadataMode mode) throws IOException {
    mount(mode);
    set("replaced", "old");
    set("removed", "still there");
    force(file);
    set("replaced", "new");
    set("added", "x");
    attributes(file).delete("removed");
    assertThat(attributes(file).list()).containsExactlyInAnyOrder("replaced", "added");
    cut();
    assertThat(attributes(file).list()).containsExactlyInAnyOrder("replaced", "removed");
    assertThat(get("replaced")).isEqualTo("old");
    assertThat(get("removed")).isEqualTo("still there");
  }

  /** On ext4 any sync commits the journal as a whole; POSIX promises that of no other file. */
  @ParameterizedTest
  @EnumSource(MetadataMode.class)
  void shouldCommitThemWithTheSyncOfAnotherFileOnExt4Only(MetadataMode mode) throws IOException {
    mount(mode);
    set("added", "x");
    force(other);
    cut();
    assertThat(attributes(file).list().contains("added")).isEqualTo(mode == MetadataMode.EXT4);
  }
}
