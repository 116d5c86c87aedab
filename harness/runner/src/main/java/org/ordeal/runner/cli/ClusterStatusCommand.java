package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.ExitCode;
import org.ordeal.runner.cluster.ClusterFile;
import org.ordeal.runner.cluster.RoleObserver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ordeal cluster status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the nodes of a running cluster, who leads, and how clients reach it.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal cluster status"})
final class ClusterStatusCommand implements Callable<Integer> {

  private static final Duration BOUND = Duration.ofSeconds(2);

  @Mixin ClusterDirectory place;
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Optional<ClusterFile> running = place.running();
    if (running.isEmpty()) {
      out.println("No cluster runs in " + place.directory + ".");
      return ExitCode.PASS.number();
    }
    explain(running.get(), out);
    return ExitCode.PASS.number();
  }

  /** Writes what a user needs to know of a cluster. */
  static void explain(ClusterFile file, PrintWriter out) {
    out.printf("%s, %s%n", file.system(), file.topology());
    for (ClusterFile.Entry node : file.nodes()) {
      out.printf(
          "  %-5s %-10s %-10s %-20s pid %-8d %s%n",
          node.name(),
          node.kind().toLowerCase(java.util.Locale.ROOT),
          role(node),
          node.address(),
          node.pid(),
          node.directory());
    }
    out.printf("NameServers: %s%n", file.nameServers());
    out.printf(
        "Brokers are known by name; give a client of yours -Djdk.net.hosts.file=%s%n",
        file.hosts());
    out.flush();
  }

  private static String role(ClusterFile.Entry node) {
    if (!node.kind().equals(NodeKind.BROKER.name())) {
      return node.group().equals("nameserver") ? "" : node.group();
    }
    int colon = node.address().lastIndexOf(':');
    return RoleObserver.ask(
            new InetSocketAddress(
                node.address().substring(0, colon),
                Integer.parseInt(node.address().substring(colon + 1))),
            BOUND)
        .role()
        .label();
  }
}
