package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.ClusterFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ordeal cluster up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts a cluster in the background and tells how to reach it.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster up --system rocketmq:5.1.0 --topology dledger"})
final class ClusterUpCommand implements Callable<Integer> {

  private static final long LOOK_MILLIS = 100;

  @Mixin ClusterOptions options;
  @Mixin ClusterDirectory place;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    options.spec(); // bad options are better told here than in the keeper's log
    Path directory = place.path();
    if (place.running().isPresent()) {
      throw new UsageException(
          "A cluster runs in %s already: 'ordeal cluster down' stops it, --dir names another place."
              .formatted(place.directory));
    }
    PrintWriter out = spec.commandLine().getOut();
    Path log = directory.resolve("cluster.log");
    Process keeper = startKeeper(directory, log);
    spec.commandLine().getErr().println("Starting a cluster; what happens is in " + log);
    while (!keeper.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      Optional<ClusterFile> ready = place.running();
      if (ready.isPresent()) {
        ClusterStatusCommand.explain(ready.get(), out);
        return ExitCode.PASS.number();
      }
    }
    spec.commandLine().getErr().println(text(log).strip());
    return keeper.exitValue();
  }

  private Process startKeeper(Path directory, Path log) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid"); // it shall not hear the Ctrl-C of this terminal
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    String home = System.getProperty("ordeal.home");
    if (home != null) {
      command.add("-Dordeal.home=" + home);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("cluster", "keep", "--dir=" + directory));
    command.addAll(options.words());
    try {
      Files.createDirectories(directory);
      ClusterFile.remove(directory);
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException e) {
      throw new EnvironmentException(
          "The cluster could not be started in %s: %s.".formatted(directory, e), e);
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "nothing (" + e.getMessage() + ")";
    }
  }
}
