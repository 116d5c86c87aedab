package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.cluster.ClusterFile;
import org.ordeal.runner.container.ContainerRuntime;
import org.ordeal.runner.process.ProcessRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ordeal cluster down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops a cluster; its files stay.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster down"})
final class ClusterDownCommand implements Callable<Integer> {

  private static final Duration BOUND = Duration.ofMinutes(1);

  @Mixin ClusterDirectory place;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<ClusterFile> running = place.running();
    if (running.isPresent()) {
      ProcessHandle keeper = ProcessHandle.of(running.get().keeper()).orElseThrow();
      keeper.destroy();
      try {
        keeper.onExit().get(BOUND.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException | ExecutionException e) {
        throw new EnvironmentException(
            "The process %d keeps the cluster in %s and did not end within %d s of being asked to."
                .formatted(keeper.pid(), place.directory, BOUND.toSeconds()),
            e);
      }
      out.println("Stopped " + running.get().nodes().size() + " nodes.");
    } else {
      out.println("No cluster runs in " + place.directory + ".");
    }
    ProcessRuntime.sweep(out::println);
    ContainerRuntime.sweep(out::println);
    return ExitCode.PASS.number();
  }
}
