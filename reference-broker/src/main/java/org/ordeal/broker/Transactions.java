package org.ordeal.broker;

import org.ordeal.remoting.Exchange;

/** Placeholder until filled below. */
final class Transactions implements AutoCloseable {
  Transactions(Node node, Clients clients) {
    this.node = node;
    this.clients = clients;
  }

  private final Node node;
  private final Clients clients;

  void start() {}

  void end(Exchange exchange) {
    exchange.reply(
        Outcomes.refused(
            3,
            "Transactions are not served yet by "
                + node.settings().self()
                + clients.producerCount()));
  }

  @Override
  public void close() {}
}
