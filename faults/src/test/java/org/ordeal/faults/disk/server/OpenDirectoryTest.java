package org.ordeal.faults.disk.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.fuse.FuseRequest;
import org.ordeal.faults.disk.fuse.Opcode;
import org.ordeal.faults.disk.libc.PathBytes;
import org.ordeal.faults.disk.toxic.Toxics;
import org.ordeal.faults.disk.volume.Inode;
import org.ordeal.faults.disk.volume.PowerCut;
import org.ordeal.faults.disk.volume.Volume;

/** What is kept of a directory that is open. */
class OpenDirectoryTest {
  private static final int DIRECTORY = 0x4000 | 0755;
  private static final int REGULAR = 0x8000 | 0644;

  @TempDir private Path directory;
  private final FuseRequest request = new FuseRequest();

  private int serve(FileSystemRequests requests, int opcode, long node, long handle, long offset) {
    int header = 40;
    MemorySegment whole = request.data(-header, header + 24);
    whole.fill((byte) 0);
    whole.set(JAVA_INT_UNALIGNED, 4, opcode);
    whole.set(JAVA_LONG_UNALIGNED, 16, node);
    whole.set(JAVA_LONG_UNALIGNED, header, handle);
    whole.set(JAVA_LONG_UNALIGNED, header + 8, offset);
    whole.set(JAVA_INT_UNALIGNED, header + 16, 4096);
    return requests.serve(request);
  }

  private String names(int length) {
    byte[] bytes = request.answer().asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldForgetTheNamesOfADirectoryThatIsClosedAfterAPowerLoss() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    try (Volume volume =
        new Volume(
            PathBytes.bytesOf(root.toString()),
            PathBytes.bytesOf(directory.resolve("orphans").toString()),
            new Volume.Settings(MetadataMode.EXT4, -1, -1, 4 << 20, false, false, null))) {
      FileSystemRequests requests =
          new FileSystemRequests(volume, new Toxics("d"), new DirectPath(volume));
      Inode lost = volume.names().make(volume.inode(Volume.ROOT), "lost", DIRECTORY, 0, 0, 0);
      volume.names().make(lost, "inside", REGULAR, 0, 0, 0);
      assertThat(serve(requests, Opcode.OPENDIR, lost.id(), 0, 0)).isPositive();
      long handle = request.answer().get(JAVA_LONG_UNALIGNED, 0);
      assertThat(names(serve(requests, Opcode.READDIR, lost.id(), handle, 0))).contains("inside");

      PowerCut.cut(List.of(new PowerCut.Target("d", volume)), PowerLoss.of(List.of("d")));
      assertThat(serve(requests, Opcode.RELEASEDIR, lost.id(), handle, 0)).isZero();

      // The kernel would not read on by a handle that it has let go.
      assertThat(names(serve(requests, Opcode.READDIR, Volume.ROOT, handle, 2)))
          .doesNotContain("inside");
    }
  }
}
