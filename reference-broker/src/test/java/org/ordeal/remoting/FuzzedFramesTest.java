package org.ordeal.remoting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever one connection sends, the server lives and the others are served. */
@SuppressWarnings("NullAway.Init") // set before each test
class FuzzedFramesTest {
  private static final Limits LIMITS =
      new Limits(
          4 << 20,
          1 << 20,
          3000,
          8 << 20,
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          256 << 10);

  private EventLoops loops;
  private RemotingServer server;
  private RemotingClient client;
  private final AtomicInteger served = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    loops = new EventLoops(2);
    server =
        RemotingServer.listen(
            loops,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LIMITS,
            exchange -> {
              served.incrementAndGet();
              exchange.reply(
                  Command.success(exchange.request().fields()).withBody(new byte[64 << 10]));
            },
            _ -> {});
    client = new RemotingClient(loops, Limits.DEFAULT, Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    loops.close();
  }

  private Socket dial() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private void othersAreServed() throws Exception {
    var answer =
        client
            .ask(
                "127.0.0.1:" + server.address().getPort(),
                Command.request(1, Map.of("key", "value")),
                Duration.ofSeconds(20))
            .get(30, TimeUnit.SECONDS);
    assertThat(answer.fields()).containsEntry("key", "value");
  }

  private static byte[] frame(int length, int headerWord, byte[] rest) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(length);
    out.writeInt(headerWord);
    out.write(rest);
    return bytes.toByteArray();
  }

  private void isClosedAfter(byte[] bytes) throws Exception {
    try (var socket = dial()) {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      int read;
      try {
        read = socket.getInputStream().read();
      } catch (java.net.SocketException e) {
        read = -1;
      }
      assertThat(read).as("the connection is closed").isEqualTo(-1);
    }
    othersAreServed();
  }

  @Test
  void shouldCloseOnImpossibleLengths() throws Exception {
    for (int length : new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 3, (4 << 20) + 1}) {
      isClosedAfter(frame(length, 10, new byte[10]));
    }
    assertThat(server.counters().corruptFrames()).isEqualTo(6);
  }

  @Test
  void shouldCloseOnHeadersThatAreNone() throws Exception {
    isClosedAfter(frame(20, 0x02000010, new byte[16]));
    isClosedAfter(frame(20, 17, new byte[16]));
    isClosedAfter(frame(20, 16, "{\"code\":xxxxxxx}".getBytes(StandardCharsets.UTF_8)));
    isClosedAfter(frame(20, 16, "[[[[[[[[[[[[[[[[".getBytes(StandardCharsets.UTF_8)));
    isClosedAfter(frame(4, 0, new byte[0]));
    isClosedAfter(frame(24, 0x01000014, new byte[20]));
    isClosedAfter("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldCloseOnAFrameThatNeverEnds() throws Exception {
    isClosedAfter(frame(3 << 20, 100, new byte[1000]));
  }

  @Test
  void shouldSurviveRandomBytes() throws Exception {
    var random = new Random(7);
    for (int i = 0; i < 200; i++) {
      try (var socket = dial()) {
        var bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        if (bytes.length > 8 && random.nextBoolean()) {
          // A plausible frame with garbage inside.
          var framed =
              frame(
                  bytes.length + 4, random.nextInt(2) << 24 | random.nextInt(bytes.length), bytes);
          socket.getOutputStream().write(framed);
        } else {
          socket.getOutputStream().write(bytes);
        }
      } catch (java.net.SocketException e) {
        // Closed while we wrote: as it should.
      }
    }
    othersAreServed();
  }

  @Test
  void shouldNotReadFromAClientThatNeverReads() throws Exception {
    var bytes = new ByteArrayOutputStream();
    var header = "{\"code\":1,\"flag\":0,\"language\":\"JAVA\",\"opaque\":1,\"version\":0}";
    for (int i = 0; i < 2000; i++) {
      bytes.writeBytes(
          frame(4 + header.length(), header.length(), header.getBytes(StandardCharsets.UTF_8)));
    }
    try (var socket = dial()) {
      var writer =
          Thread.startVirtualThread(
              () -> {
                try {
                  for (int i = 0; i < 50; i++) {
                    socket.getOutputStream().write(bytes.toByteArray());
                  }
                } catch (IOException e) {
                  // The server gave this client up.
                }
              });
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(server.counters().corruptFrames()).isEqualTo(1));
      writer.join();
      // 100,000 requests were sent; with 64 KiB an answer they would have taken 6 GiB.
      assertThat(served.get()).isLessThan(20_000);
    }
    othersAreServed();
  }

  @Test
  void shouldAdmitLargeFramesOneAfterTheOtherWithinTheBudget() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      var half = frame(3 << 20, 60, new byte[1 << 20]);
      for (int i = 0; i < 8; i++) {
        var socket = dial();
        sockets.add(socket);
        var _ =
            Thread.startVirtualThread(
                () -> {
                  try {
                    socket.getOutputStream().write(half);
                  } catch (IOException e) {
                    // Closed when its time was over.
                  }
                });
      }
      othersAreServed();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(server.counters().connections()).isLessThanOrEqualTo(1));
      othersAreServed();
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void shouldServeBesideAThousandIdleConnections() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 1000; i++) {
        sockets.add(dial());
      }
      othersAreServed();
      await().atMost(Duration.ofSeconds(60)).until(() -> server.counters().connections() == 1001);
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void shouldSpeakBothHeaderFormats() throws Exception {
    for (var format : HeaderFormat.values()) {
      var request =
          Command.request(105, Map.of("topic", "tøpic", "empty", "")).withOpaque(77, format);
      var buffer = io.netty.buffer.Unpooled.buffer();
      HeaderCodec.encode(request, buffer);
      var bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      try (var socket = dial()) {
        socket
            .getOutputStream()
            .write(frame(4 + bytes.length, format.code << 24 | bytes.length, bytes));
        var in = new DataInputStream(socket.getInputStream());
        int length = in.readInt();
        int word = in.readInt();
        assertThat(word >>> 24).isEqualTo(format.code);
        var header = new byte[word & 0xFFFFFF];
        in.readFully(header);
        assertThat(length).isEqualTo(4 + header.length + (64 << 10));
        var answer =
            HeaderCodec.decode(format, io.netty.buffer.Unpooled.wrappedBuffer(header), null);
        assertThat(answer.opaque()).isEqualTo(77);
        assertThat(answer.isAnswer()).isTrue();
        assertThat(answer.fields()).containsEntry("topic", "tøpic");
      }
    }
  }
}
