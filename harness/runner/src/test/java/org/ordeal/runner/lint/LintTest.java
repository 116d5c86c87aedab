package org.ordeal.runner.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.lint.Finding.Severity;

class LintTest {
  private static final String SOUND =
      """
      brokerClusterName = Cluster
      brokerName=Node
      listenPort=30911
      namesrvAddr=127.0.0.1:9877;127.0.0.1:9878
      storePathRootDir=/data/node00
      enableDLegerCommitLog=true
      dLegerGroup=Node
      dLegerPeers=n0-127.0.0.1:40911;n1-127.0.0.1:40912
      dLegerSelfId=n0
      """;

  @TempDir Path directory;
  private int files;

  @Test
  void shouldStayQuietOnSoundFilesOfOneCluster() throws IOException {
    String second =
        SOUND
            .replace("30911", "30921")
            .replace("node00", "node01")
            .replace("SelfId=n0", "SelfId=n1");

    assertThat(lint(SOUND, second, "listenPort = 9877\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'listenPort=9890 # the port\n'          | listenPort          | ERROR   | silently uses its default",
        "'enableDLegerCommitLog=true \n'         | enableDLegerCommitLog | ERROR | reads as false",
        "'enableDLegerCommitLog=yes\n'           | enableDLegerCommitLog | ERROR | no true or false",
        "'listenPort=many\n'                     | listenPort          | ERROR   | no whole number",
        "'namesrvAddr=a:1,b:1\n'                 | namesrvAddr         | ERROR   | splits at ';'",
        "'listenPorts=1\n'                       | listenPorts         | WARNING | passed over in silence",
        "'brokerName=other\n'                    | brokerName          | WARNING | more than once",
        "'flushDiskType=SYNC_FLUSH\n'            | flushDiskType       | WARNING | no effect",
        "'flushDiskType=sync\n'                  | flushDiskType       | ERROR   | neither SYNC_FLUSH",
        "'brokerRole=SYNC_MASTER\n'              | brokerRole          | WARNING | inSyncReplicas is 1",
        "'brokerRole=SLAVE\n'                    | brokerRole          | ERROR   | brokerId above 0",
        "'brokerId=1\n'                          | brokerId            | WARNING | ignored in DLedger mode",
        "'dLegerSelfId=n7\n'                     | dLegerSelfId        | ERROR   | not in dLegerPeers",
        "'dLegerPeers=n0:40911\n'                | dLegerPeers         | ERROR   | not ID-HOST:PORT",
        "'enableControllerMode=true\n'           | enableControllerMode | ERROR  | needs controllerAddr",
      })
  void shouldTellWhatOneLineWillNotDo(String line, String key, Severity severity, String what)
      throws IOException {
    assertThat(lint(SOUND + line))
        .anySatisfy(
            finding -> {
              assertThat(finding.key()).isEqualTo(key);
              assertThat(finding.severity()).isEqualTo(severity);
              assertThat(finding.what()).contains(what);
              assertThat(finding.line()).isEqualTo(10);
            });
  }

  @Test
  void shouldTellThatTheControllerTakesThePortOfItsNameServer() throws IOException {
    String block =
        """
        enableControllerInNamesrv = true
        listenPort = 9876
        controllerDLegerGroup = G
        controllerDLegerPeers = n0-127.0.0.1:9876;n1-127.0.0.1:9877
        controllerDLegerSelfId = n0
        """;

    assertThat(lint(block))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.severity()).isEqualTo(Severity.ERROR);
              assertThat(f.what()).contains("Failed to bind");
            });
    assertThat(lint(block.replaceAll("(?m)^", "# ") + "\nlistenPort = 9877\n"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.severity()).isEqualTo(Severity.WARNING);
              assertThat(f.what()).startsWith("(commented out)").contains("Failed to bind");
            });
    assertThat(lint(block.replace("127.0.0.1:9876", "127.0.0.1:9986"))).isEmpty();
  }

  @Test
  void shouldFindWhatClashesBetweenFiles() throws IOException {
    List<Finding> findings = lint(SOUND, SOUND.replace("brokerName=Node", "brokerName=Nod"));

    assertThat(findings)
        .extracting(Finding::key)
        .containsExactlyInAnyOrder("brokerName", "listenPort", "storePathRootDir", "dLegerSelfId");
  }

  @Test
  void shouldReadContinuedLinesAsRocketMqDoes() {
    PropertyFile file =
        PropertyFile.parse("f", "# c\n  namesrvAddr = a:1;\\\n     b:2\nbrokerName : x\n");

    assertThat(file.entries())
        .containsExactly(
            new PropertyFile.Entry(2, "namesrvAddr", "a:1;b:2"),
            new PropertyFile.Entry(4, "brokerName", "x"));
  }

  @Test
  void shouldRefuseWhatIsNoPropertyFile() throws IOException {
    Path binary = directory.resolve("binary");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThatThrownBy(() -> new Lint().check(List.of(binary))).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> new Lint().check(List.of(directory.resolve("none"))))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("no such file");
    Path escape = directory.resolve("escape");
    Files.writeString(escape, "brokerName=\\u12x\n");
    assertThatThrownBy(() -> new Lint().check(List.of(escape)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(":1:");
  }

  private List<Finding> lint(String... contents) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String content : contents) {
      Path path = directory.resolve("f" + files++ + ".conf");
      Files.writeString(path, content);
      paths.add(path);
    }
    return new Lint().check(paths);
  }
}
