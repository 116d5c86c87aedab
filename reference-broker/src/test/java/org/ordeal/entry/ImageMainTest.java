package org.ordeal.entry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.nameserver.NameServer;
import org.ordeal.nameserver.NameServerSettings;
import org.ordeal.settings.PropertyFile;

@Timeout(60)
class ImageMainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void shouldLetTheEnvironmentWinOverTheFile() throws IOException {
    Path file = directory.resolve("broker.conf");
    Files.writeString(file, "listenPort=1234\nbrokerName=fromTheFile\n");

    int code =
        run(
            Map.of("ROCKETMQ_CONF_brokerName", "fromTheEnvironment", "NAMESRV_ADDR", "ns0:9876"),
            "mqbroker",
            "-c",
            file.toString(),
            "-p");

    assertThat(code).isZero();
    assertThat(text(out).lines())
        .contains("brokerName=fromTheEnvironment", "listenPort=1234", "namesrvAddr=ns0:9876");
  }

  @Test
  void shouldNameTheVariableOfABadValue() {
    int code = run(Map.of("ROCKETMQ_CONF_listenPort", "many"), "mqnamesrv", "-p");

    assertThat(code).isEqualTo(64);
    assertThat(text(err))
        .contains("ROCKETMQ_CONF_listenPort: listenPort=\"many\" must be a whole number");
  }

  @Test
  void shouldListenAtEveryAddressUnlessToldOtherwise() throws Exception {
    assertThat(
            Program.NAME_SERVER
                .address(new String[0], new Environment(Map.of()).amendmentOf(Program.NAME_SERVER))
                .getAddress()
                .isAnyLocalAddress())
        .isTrue();
    assertThat(
            Program.BROKER.address(
                new String[0],
                new Environment(Map.of("ROCKETMQ_CONF_bindAddress", "127.0.0.1"))
                    .amendmentOf(Program.BROKER)))
        .isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 10911));
  }

  @Test
  void shouldRefuseAProgramThatItDoesNotHave() {
    assertThat(run(Map.of(), "mqproxy")).isEqualTo(64);
    assertThat(text(err)).contains("no program 'mqproxy'");
  }

  @Test
  void shouldReadTheMountedFileUnlessAnotherIsNamed() throws IOException {
    assertThat(ImageMain.complete(List.of("mqbroker", "-p"), directory))
        .containsExactly("mqbroker", "-p");
    Path mounted = Files.createFile(directory.resolve("broker.conf"));
    assertThat(ImageMain.complete(List.of("mqbroker", "-p"), directory))
        .containsExactly("mqbroker", "-c", mounted.toString(), "-p");
    assertThat(ImageMain.complete(List.of("mqbroker", "-c", "mine.conf"), directory))
        .containsExactly("mqbroker", "-c", "mine.conf");
  }

  @Test
  void shouldFindTheServerAmongTheProcesses() throws IOException {
    process(1, "/sbin/init", "--", "java", ImageMain.class.getName(), "health");
    process(7, "java", "-cp", "/app/lib/*", ImageMain.class.getName(), "mqbroker", "-n", "a:1");
    Files.createDirectories(directory.resolve("sys"));

    assertThat(HealthCheck.server(directory)).contains(List.of("mqbroker", "-n", "a:1"));
  }

  @Test
  void shouldBeUnhealthyWhereNoServerRuns() throws IOException {
    process(1, "java", ImageMain.class.getName(), "health");

    assertThat(HealthCheck.server(directory)).isEmpty();
  }

  @Test
  void shouldBeHealthyOnlyWhileTheServerAnswers() throws Exception {
    InetSocketAddress address;
    try (NameServer server =
        NameServer.start(
            NameServerSettings.from(
                PropertyFile.empty()
                    .overruledBy(
                        "test",
                        Map.of(
                            "listenPort",
                            "0",
                            "kvConfigPath",
                            directory.resolve("kv.json").toString()))))) {
      address = server.address();
      assertThat(HealthCheck.ask(address, Program.NAME_SERVER.question())).isEmpty();
      assertThat(HealthCheck.ask(address, 9999)).get().asString().contains("answered");
    }
    assertThat(HealthCheck.ask(address, Program.NAME_SERVER.question()))
        .get()
        .asString()
        .contains("does not answer");
  }

  private void process(int id, String... words) throws IOException {
    Path process = Files.createDirectories(directory.resolve(Integer.toString(id)));
    Files.writeString(process.resolve("cmdline"), String.join("\0", words) + "\0");
  }

  private int run(Map<String, String> environment, String... arguments) {
    return ImageMain.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new Environment(environment));
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
