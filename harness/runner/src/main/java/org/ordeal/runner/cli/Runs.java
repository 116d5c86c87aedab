package org.ordeal.runner.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.Interruption;
import org.ordeal.runner.OrdealException;
import org.ordeal.runner.Run;
import org.ordeal.runner.RunOutcome;
import org.ordeal.runner.RunPlan;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Systems;

/** Carries out runs from the command line: progress, Ctrl-C, the last lines. */
final class Runs {

  /** How long a run that was broken off may take to stop its nodes and judge what is known. */
  private static final long CLEAN_STOP_SECONDS = 60;

  private final Console console;

  Runs(Console console) {
    this.console = console;
  }

  /** One run, to its exit code. */
  int run(RunPlan plan, ClusterRuntime runtime) {
    console.seed(plan.request().seed());
    console.say(plan.promise().sentence());
    runtime
        .missing()
        .ifPresent(
            sentence -> {
              throw new org.ordeal.runner.EnvironmentException(sentence);
            });
    SystemUnderTest system = Systems.resolve(plan.request().system(), console::say);
    return interruptible(
            interruption -> {
              RunOutcome outcome =
                  Run.of(plan, runtime, system, console.progress(), interruption).execute();
              console.outcome(outcome, interruption.asked());
              return outcome.exitCode();
            })
        .number();
  }

  /**
   * Does something that Ctrl-C ends cleanly: the first asks it to stop and waits; the exit code is
   * then that of the work, 2 for a run that was broken off.
   */
  ExitCode interruptible(Function<Interruption, ExitCode> work) {
    Interruption interruption = new Interruption();
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger code = new AtomicInteger(ExitCode.INCONCLUSIVE.number());
    Thread hook =
        new Thread(
            () -> {
              interruption.stop();
              console.say("Stopping: nodes are ended and what is known is kept...");
              try {
                if (!done.await(CLEAN_STOP_SECONDS, TimeUnit.SECONDS)) {
                  console.say("The run did not stop within %d s.".formatted(CLEAN_STOP_SECONDS));
                }
              } catch (InterruptedException again) {
                Thread.currentThread().interrupt();
              }
              // The JVM would end with 130, whatever was found.
              Runtime.getRuntime().halt(code.get());
            },
            "ordeal-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      ExitCode result = work.apply(interruption);
      code.set(result.number());
      return result;
    } catch (OrdealException refused) {
      code.set(refused.exitCode().number());
      throw refused;
    } finally {
      done.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException alreadyEnding) {
        // The hook is what ends the JVM now.
      }
    }
  }
}
