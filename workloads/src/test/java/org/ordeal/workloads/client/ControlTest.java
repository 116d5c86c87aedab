package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ordeal.workloads.Workload;
import org.ordeal.workloads.Workloads;
import org.ordeal.workloads.control.ClientControl;
import org.ordeal.workloads.control.Layout;
import org.ordeal.workloads.control.Reply;
import org.ordeal.workloads.control.Request;
import org.ordeal.workloads.control.ServingNode;
import org.ordeal.workloads.control.Wire;

class ControlTest {

  private static final Layout LAYOUT = Layout.of("t", 2, List.of("b0", "b1"), 2);
  private static final Duration BOUND = Duration.ofSeconds(20);

  static Stream<Request> requests() {
    List<ServingNode> nodes = List.of(new ServingNode("n0", "b0", "n0:10911"));
    return Stream.of(
        new Request.Hello(),
        new Request.Setup("durability", LAYOUT, 1000),
        new Request.Probe(List.of("b0"), 1000),
        new Request.Load(
            "log", LAYOUT, 7, 12.5, 8, 99, 1000, 3000, Map.of("reads", 0.5, "bodyBytes", 64)),
        new Request.Progress(),
        new Request.Stop(5),
        new Request.Drain("log", LAYOUT, nodes, 1000),
        new Request.Roles(nodes, 100),
        new Request.Shutdown());
  }

  @ParameterizedTest
  @MethodSource("requests")
  void shouldReadBackEveryRequest(Request request) {
    Wire wire = new Wire();

    assertThat(wire.readRequest(wire.write(new Wire.NumberedRequest(3, request))))
        .isEqualTo(new Wire.NumberedRequest(3, request));
  }

  static Stream<Reply> replies() {
    return Stream.of(
        new Reply.Ready("c0", 12, "V5_5_0"),
        new Reply.Done(),
        new Reply.SetUp(List.of("t0-b0-0")),
        new Reply.Probed(Map.of("b0", 12L), Map.of("b1", "no answer")),
        new Reply.Progress(true, 1, 2, 3, 4, 5, 6, 7),
        new Reply.Drained(
            List.of(new Reply.NodeDrain("n0", Reply.Outcome.UNRECOVERED, 7, "no answer"))),
        new Reply.Roles(
            List.of(
                new Reply.RoleOfNode("n0", "leader", 4L),
                new Reply.RoleOfNode("n1", "down", null))),
        new Reply.Failed("no"));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void shouldReadBackEveryReply(Reply reply) {
    Wire wire = new Wire();

    assertThat(wire.readReply(wire.write(new Wire.NumberedReply(3, reply))))
        .isEqualTo(new Wire.NumberedReply(3, reply));
  }

  private static InetSocketAddress addressOf(ControlServer server) {
    String[] parts = server.address().split(":");
    return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
  }

  @Test
  void shouldAnswerAQuestionWhileALongRequestIsUnderWay() throws Exception {
    CountDownLatch drain = new CountDownLatch(1);
    try (ControlServer server =
            ControlServer.listen(
                "127.0.0.1:0",
                request -> {
                  if (request instanceof Request.Stop) {
                    try {
                      drain.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                  return request instanceof Request.Hello
                      ? new Reply.Ready("c0", 1, "v")
                      : new Reply.Done();
                });
        ClientControl control = ClientControl.dial("c0", addressOf(server), BOUND)) {
      CompletableFuture<Reply> slow = control.send(new Request.Stop(1));

      assertThat(control.ask(new Request.Hello(), Reply.Ready.class, BOUND).name()).isEqualTo("c0");
      assertThat(slow).isNotDone();
      drain.countDown();
      assertThat(slow.join()).isEqualTo(new Reply.Done());
    }
  }

  @Test
  void shouldTellWhatTheClientNodeCouldNotDo() throws Exception {
    try (ControlServer server =
            ControlServer.listen(
                "127.0.0.1:0",
                request -> {
                  throw new IllegalStateException("no load was ever started");
                });
        ClientControl control = ClientControl.dial("c0", addressOf(server), BOUND)) {

      assertThatThrownBy(() -> control.ask(new Request.Progress(), Reply.Progress.class, BOUND))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("c0")
          .hasMessageContaining("no load was ever started");
    }
  }

  @Test
  void shouldFailWhatIsOpenWhenTheClientNodeDies() throws Exception {
    try (java.net.ServerSocket server =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      try (ClientControl control =
          ClientControl.dial("c0", (InetSocketAddress) server.getLocalSocketAddress(), BOUND)) {
        java.net.Socket accepted = server.accept();
        CompletableFuture<Reply> open = control.send(new Request.Hello());
        accepted.close();

        await().untilAsserted(() -> assertThat(open).isCompletedExceptionally());
        assertThatThrownBy(() -> control.ask(new Request.Hello(), Reply.Ready.class, BOUND))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("c0");
      }
    }
  }

  @Test
  void shouldReadTheConfigurationThatItWrote(@TempDir Path directory) throws IOException {
    ClientConfig config =
        ClientConfig.ofNode(1, "c1", List.of("ns0:9876"), directory, 17, "127.0.0.1:0");
    config.write(directory.resolve("c1.json"));

    assertThat(ClientConfig.read(directory.resolve("c1.json"))).isEqualTo(config);
    assertThat(config.firstProcess()).isEqualTo(ClientConfig.PROCESSES_PER_NODE);
    assertThatThrownBy(() -> ClientConfig.read(directory.resolve("none.json")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldFindTheWorkloadsByName() {
    assertThat(Workloads.all().stream().map(Workload::name)).contains("durability", "log", "queue");
    assertThatThrownBy(() -> Workloads.named("durabilty"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("durability");
  }
}
