package org.ordeal.runner.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterFile;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;
import org.ordeal.runner.cluster.Node;
import org.ordeal.runner.cluster.Runtimes;
import org.ordeal.runner.cluster.Systems;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ordeal cluster keep}: keeps a cluster until it is told to end; what {@code up} starts. */
@Command(
    name = "keep",
    mixinStandardHelpOptions = true,
    description = "Starts a cluster and keeps it in the foreground until Ctrl-C.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster keep --system rocketmq:5.1.0"})
final class ClusterKeepCommand implements Callable<Integer> {

  @Mixin ClusterOptions options;
  @Mixin ClusterDirectory place;
  @Spec CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Path directory = place.path();
    try (Cluster cluster = launch(directory, err)) {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(cluster, directory)));
      ClusterFile file = describe(cluster, directory);
      file.write(directory);
      ClusterStatusCommand.explain(file, out);
      never.await();
      return ExitCode.PASS.number();
    } catch (ClusterException e) {
      err.println(e.getMessage());
      return ExitCode.ENVIRONMENT.number();
    } catch (IOException e) {
      throw new EnvironmentException(
          "The cluster's files in %s could not be written: %s.".formatted(directory, e), e);
    }
  }

  private Cluster launch(Path directory, PrintWriter err)
      throws ClusterException, InterruptedException {
    return Runtimes.named("process")
        .launch(
            new Launch(
                Systems.resolve(options.system, err::println),
                options.spec(),
                (client, addresses) -> {
                  throw new IllegalStateException("A cluster to play with has no client nodes.");
                },
                directory,
                System.nanoTime(),
                null,
                err::println));
  }

  private static void end(Cluster cluster, Path directory) {
    cluster.close();
    try {
      ClusterFile.remove(directory);
    } catch (IOException e) {
      System.err.println("The file that names the cluster could not be removed: " + e.getMessage());
    }
  }

  private static ClusterFile describe(Cluster cluster, Path directory) throws IOException {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    for (Node node : cluster.nodes()) {
      node.address()
          .ifPresent(
              address ->
                  hosts
                      .append(address.getAddress().getHostAddress())
                      .append(' ')
                      .append(node.name())
                      .append('\n'));
    }
    Path hostsFile = directory.resolve("hosts");
    Files.writeString(hostsFile, hosts.toString());
    ProcessHandle self = ProcessHandle.current();
    return new ClusterFile(
        cluster.system().name(),
        cluster.spec().topology().label(),
        self.pid(),
        self.info().startInstant().map(Instant::toEpochMilli).orElse(0L),
        cluster.nodes().stream()
            .filter(node -> node.member().kind() == NodeKind.NAMESERVER)
            .flatMap(node -> node.address().stream())
            .map(ClusterKeepCommand::text)
            .collect(Collectors.joining(";")),
        hostsFile.toString(),
        entries(cluster));
  }

  private static List<ClusterFile.Entry> entries(Cluster cluster) {
    return cluster.nodes().stream()
        .map(
            node ->
                new ClusterFile.Entry(
                    node.name(),
                    node.member().kind().name(),
                    node.member().group(),
                    node.address().map(ClusterKeepCommand::text).orElse(""),
                    node.pid().orElse(0),
                    node.directory().toString()))
        .toList();
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
