package org.ordeal.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.RunOutcome;

/**
 * The scenarios of {@code mvn verify -Pchaos}: workload, topology, flush mode and faults. {@code
 * -Dordeal.scenarios=full} runs all of them, {@code short} those that a change should pass.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosIT {
  private final AtomicInteger carriedOut = new AtomicInteger();

  static Stream<Scenario> scenarios() {
    Stream<Scenario> brief =
        Stream.of(
            scenario("durability", "dledger", "sync", "kill:leader", "partition"),
            scenario("durability", "dledger", "async", "kill", "pause:leader"),
            scenario("durability", "single", "sync", "power-loss"),
            scenario("log", "dledger", "sync", "partition:leader", "pause:leader"));
    Stream<Scenario> rest =
        Stream.of(
            scenario("durability", "dledger", "sync", "partition:one-way", "latency"),
            scenario("durability", "dledger", "sync", "partition:bridge", "restart"),
            scenario("durability", "dledger", "sync", "partition:majorities-ring", "reset"),
            scenario("durability", "dledger", "sync", "rolling-restart", "bandwidth"),
            scenario("durability", "dledger", "sync", "blackhole:leader", "kill:majority"),
            scenario("durability", "single", "async", "kill"),
            scenario("durability", "dledger", "sync", "power-loss:all", "slow-fsync"),
            scenario("durability", "dledger", "sync", "disk-stall:leader", "power-loss:majority"),
            scenario("durability", "dledger", "sync", "disk-error:one", "disk-full:one"),
            scenario("queue", "dledger", "sync", "kill:leader", "partition"),
            scenario("queue", "dledger", "async", "pause:leader", "partition:halves"),
            scenario("log", "dledger", "async", "kill:leader", "partition:one-way"));
    return switch (OrdealExtension.property("ordeal.scenarios", "short")) {
      case "short" -> brief;
      case "full" -> Stream.concat(brief, rest);
      default ->
          throw new IllegalArgumentException(
              "-Dordeal.scenarios is 'short' or 'full', nothing else.");
    };
  }

  private static Scenario scenario(
      String workload, String topology, String flush, String... faults) {
    return new Scenario(
        workload,
        OrdealExtension.property("ordeal.system", "reference"),
        topology,
        flush,
        null,
        1,
        3,
        OrdealExtension.property("ordeal.runtime", "process"),
        Map.of(),
        List.of(faults),
        duration(),
        null,
        OrdealExtension.seed(1),
        "documented",
        Path.of(OrdealExtension.property("ordeal.store", "target/store")));
  }

  private static Duration duration() {
    return OrdealExtension.duration(OrdealExtension.property("ordeal.time", "30s"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void shouldKeepItsPromises(Scenario scenario) {
    RunOutcome outcome;
    try {
      outcome = scenario.run();
    } catch (EnvironmentException lacking) {
      Assumptions.abort("This machine lacks something: " + lacking.getMessage());
      return;
    }
    carriedOut.incrementAndGet();
    System.out.println("[[ATTACHMENT|" + outcome.directory().report() + "]]");
    Verdicts.assertPassed(outcome);
  }

  @AfterAll
  void shouldHaveCarriedOutAScenario() {
    assertThat(carriedOut).as("scenarios that were carried out").hasPositiveValue();
  }
}
