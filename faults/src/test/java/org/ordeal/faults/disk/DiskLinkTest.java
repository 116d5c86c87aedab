package org.ordeal.faults.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk whose data path is a TCP connection. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DiskLinkTest {
  private static final int HEADER = 48;

  @TempDir private Path directory;
  private DiskDaemon daemon;
  private ServerSocket listener;
  private DiskOptions disk;
  private String target;

  @BeforeEach
  void mount() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon = DaemonOrSkip.start(directory);
    disk =
        DiskOptions.of("d", directory.resolve("durable"), directory.resolve("mount"))
            .withAges(-1, -1)
            .withHostSync(false)
            .withLink("127.0.0.1:" + listener.getLocalPort());
    target = Objects.requireNonNull(daemon.control().create(disk).linkTarget());
  }

  @AfterEach
  void unmount() throws IOException {
    if (daemon != null) {
      daemon.close();
      listener.close();
    }
  }

  private void write(String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            disk.mountPoint().resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      channel.force(true);
    }
  }

  @Test
  void shouldRunItsDataPathOverTcp() throws IOException {
    try (Relay relay = new Relay(listener, target)) {
      write("over tcp");
      assertThat(relay.bytes()).isPositive();
      assertThat(disk.backing().resolve("f")).hasContent("over tcp");
      LinkStatistics link = Objects.requireNonNull(daemon.control().statistics("d").link());
      assertThat(link.answered()).isGreaterThanOrEqualTo(2);
      assertThat(link.bytesToStorage()).isGreaterThan("over tcp".length());
      assertThat(link.broken()).isZero();
    }
    assertThatThrownBy(() -> write("cut off")).isInstanceOf(IOException.class);
  }

  /**
   * The connection breaks under a request, which reaches the storage all the same, but only after
   * it was tried again and something newer was written.
   */
  @Test
  void shouldNotCarryOutAnAttemptThatWasGivenUp() throws Exception {
    CompletableFuture<byte[]> delayed = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket first = listener.accept();
                  Socket storage = connect()) {
                for (int request = 0; request < 2; request++) {
                  storage.getOutputStream().write(frame(first));
                  first.getOutputStream().write(storage.getInputStream().readNBytes(4));
                }
                byte[] held = frame(first);
                new Relay(listener, target);
                delayed.complete(held);
              } catch (IOException e) {
                delayed.completeExceptionally(e);
              }
            });
    write("one");
    write("two");
    write("new");
    try (Socket late = connect()) {
      late.getOutputStream().write(delayed.get(60, TimeUnit.SECONDS));
      assertThat(late.getInputStream().read()).as("the storage hangs up").isEqualTo(-1);
    }
    assertThat(Files.readString(disk.mountPoint().resolve("f"))).isEqualTo("new");
    write("newer");
    assertThat(disk.backing().resolve("f")).hasContent("newer");
  }

  private Socket connect() throws IOException {
    int colon = target.lastIndexOf(':');
    return new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
  }

  /** One request, as it came. */
  private static byte[] frame(Socket from) throws IOException {
    byte[] header = from.getInputStream().readNBytes(HEADER);
    int payload = ByteBuffer.wrap(header).getInt();
    byte[] frame = Arrays.copyOf(header, HEADER + payload);
    assertThat(from.getInputStream().readNBytes(frame, HEADER, payload)).isEqualTo(payload);
    return frame;
  }
}
