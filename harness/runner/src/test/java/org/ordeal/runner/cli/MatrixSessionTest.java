package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.history.Verdict;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.matrix.Matrix;
import org.ordeal.runner.matrix.MatrixCell;
import org.ordeal.runner.matrix.MatrixDirectory;
import org.ordeal.runner.matrix.MatrixEntry;
import org.ordeal.runner.matrix.MatrixPlan;
import org.ordeal.runner.matrix.MatrixRun;
import picocli.CommandLine;

class MatrixSessionTest {

  private static final MatrixCell KEEPS = new MatrixCell("dledger", "sync", "power-loss:all");
  private static final String SYSTEM = "rocketmq:5.1.0";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path store;
  private Path directory = Path.of("");

  @BeforeEach
  void namesItsDirectory() {
    directory = store.resolve("matrix");
  }

  @Test
  void shouldHaveItsDirectoryToItself() {
    try (MatrixDirectory.Hold _ = new MatrixDirectory(directory).hold()) {
      assertThatThrownBy(() -> session().run(MatrixSessionTest::held, plan(1), 1))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("is at work in " + directory);
      assertThat(directory.resolve("plan.json")).doesNotExist();
    }
    assertThat(session().run(MatrixSessionTest::held, plan(1), 1)).isEqualTo(ExitCode.PASS);
    assertThat(session().run(MatrixSessionTest::held, plan(1), 1)).isEqualTo(ExitCode.PASS);
  }

  @Test
  void shouldHoldItsDirectoryWhileItRuns() {
    Matrix.Trial another =
        (cell, seed) -> {
          assertThatThrownBy(() -> session().run(MatrixSessionTest::held, plan(2), 1))
              .isInstanceOf(UsageException.class);
          return held(cell, seed);
        };
    assertThat(session().run(another, plan(1), 1)).isEqualTo(ExitCode.PASS);
  }

  @Test
  void shouldNotMergeIntoADirectoryWhereAnotherProcessIsAtWork() throws Exception {
    session().run(MatrixSessionTest::held, plan(1), 1);
    Path whole = store.resolve("whole");
    String[] merge = {"matrix", "--merge", directory.toString(), "--dir", whole.toString()};
    try (MatrixDirectory.Hold _ = new MatrixDirectory(whole).hold()) {
      assertThat(inAnotherProcess(merge)).isEqualTo(64);
      assertThat(store.resolve("console")).content().contains("is at work in " + whole);
      assertThat(whole.resolve("plan.json")).doesNotExist();
    }
    assertThat(ordeal(merge)).isZero();
  }

  @Test
  void shouldSayOfAMergeWhichSystemItIsOf() throws IOException {
    session().run(MatrixSessionTest::held, plan(1), 1);
    Path whole = store.resolve("whole");
    assertThat(ordeal("matrix", "--merge", directory.toString(), "--dir", whole.toString()))
        .isZero();
    assertThat(Files.readString(whole.resolve("matrix.json")))
        .contains("\"ordeal matrix --system rocketmq:5.1.0\"");
  }

  @Test
  void shouldTellOfABrokenPromiseThoughALaterRunCannotBeCarriedOut() {
    for (Throwable ended :
        List.of(new EnvironmentException("The disk is full."), new AssertionError("a defect"))) {
      Path place = store.resolve(ended.getClass().getSimpleName());
      MatrixSession session = session(place);
      assertThat(session.run(endingAtTwo(Verdict.FAIL, ended), plan(1, 2), 1))
          .isEqualTo(ExitCode.BROKEN);
      assertThat(err.toString()).contains(Objects.requireNonNull(ended.getMessage()));
      assertThat(place.resolve("matrix.json")).content().contains("\"BROKEN\"");
      assertThat(place.resolve("junit.xml")).content().contains("<failure");
      assertThat(place.resolve("matrix.html")).exists();
    }
  }

  @Test
  void shouldEndWithWhatEndedItWhereNoPromiseWasBroken() {
    EnvironmentException full = new EnvironmentException("The disk is full.");
    assertThatThrownBy(() -> session().run(endingAtTwo(Verdict.PASS, full), plan(1, 2), 1))
        .isSameAs(full);
    assertThat(directory.resolve("matrix.json"))
        .content()
        .contains("1 of 2 planned runs have not been carried out.");
  }

  @Test
  void shouldNotLeaveWhatAnEarlierCallSaidWhileItRuns() {
    session().run(MatrixSessionTest::held, plan(1), 1);
    List<Path> said =
        List.of(
            directory.resolve("matrix.json"),
            directory.resolve("junit.xml"),
            directory.resolve("matrix.html"));
    assertThat(said).allSatisfy(file -> assertThat(file).exists());
    Matrix.Trial looking =
        (cell, seed) -> {
          assertThat(said).allSatisfy(file -> assertThat(file).doesNotExist());
          return held(cell, seed);
        };
    assertThat(session().run(looking, plan(1, 2), 1)).isEqualTo(ExitCode.PASS);
    assertThat(said).allSatisfy(file -> assertThat(file).exists());
  }

  private static Matrix.Trial endingAtTwo(Verdict before, Throwable ended) {
    return (cell, seed) -> {
      if (seed < 2) {
        return entry(cell, seed, before);
      }
      switch (ended) {
        case Error error -> throw error;
        case RuntimeException unchecked -> throw unchecked;
        default -> throw new IllegalArgumentException(ended);
      }
    };
  }

  private static MatrixEntry held(MatrixCell cell, long seed) {
    return entry(cell, seed, Verdict.PASS);
  }

  private static MatrixEntry entry(MatrixCell cell, long seed, Verdict verdict) {
    return new MatrixEntry(SYSTEM, "same", cell, seed, true, verdict, "because", 100, 0, 0, null);
  }

  private static MatrixPlan plan(long... seeds) {
    List<MatrixRun> runs = LongStream.of(seeds).mapToObj(s -> new MatrixRun(KEEPS, s)).toList();
    return new MatrixPlan(SYSTEM, "same", runs, 1, 1);
  }

  private MatrixSession session() {
    return session(directory);
  }

  private MatrixSession session(Path place) {
    CommandLine line = Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true));
    return new MatrixSession(
        Console.of(line.getCommandSpec(), false),
        new MatrixDirectory(place),
        false,
        Instant.EPOCH,
        System.nanoTime());
  }

  private int inAnotherProcess(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(store.resolve("console").toFile())
        .start()
        .waitFor();
  }

  private int ordeal(String... arguments) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
