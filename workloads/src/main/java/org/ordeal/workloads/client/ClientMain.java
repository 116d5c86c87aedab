package org.ordeal.workloads.client;

import java.io.IOException;
import java.nio.file.Path;

/** Entry point of a client node: {@code ClientMain -c FILE}. */
public final class ClientMain {

  private ClientMain() {}

  /**
   * Runs until the harness asks it to shut down (exit code 0) or the control connection's port can
   * no longer be served (exit code 70). A wrong command line or configuration ends with 64.
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("-c")) {
      System.err.println("usage: ClientMain -c FILE   (the client node's configuration, JSON)");
      System.exit(64);
      return;
    }
    ClientConfig config;
    try {
      config = ClientConfig.read(Path.of(args[1]));
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(64);
      return;
    }
    int exit = 0;
    try (ClientNode node = ClientNode.start(config)) {
      node.awaitShutdown();
    } catch (IOException e) {
      System.err.println(e.getMessage());
      exit = 70;
    }
    // The Apache client leaves threads behind that are no daemons.
    System.exit(exit);
  }
}
