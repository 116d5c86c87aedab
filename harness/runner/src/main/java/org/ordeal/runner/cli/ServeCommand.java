package org.ordeal.runner.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.ordeal.runner.serve.StoreServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ordeal serve}: the store as web pages. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serves the store as web pages on loopback until it is interrupted.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal serve --store store --port 8137"})
final class ServeCommand implements Callable<Integer> {

  @Option(
      names = "--store",
      paramLabel = "DIR",
      defaultValue = "store",
      description = "The store. Default: ${DEFAULT-VALUE}.")
  private Path store;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8137",
      description = "Port on loopback, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try (StoreServer server = StoreServer.start(store, port)) {
      spec.commandLine().getOut().println("%s serves %s".formatted(server.address(), store));
      spec.commandLine().getOut().println("Ctrl-C ends it.");
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
