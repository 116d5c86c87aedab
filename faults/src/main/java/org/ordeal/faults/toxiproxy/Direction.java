package org.ordeal.faults.toxiproxy;

import java.util.Locale;
import java.util.Optional;

/** Which way bytes flow through a proxy. */
public enum Direction {
  /** From the one who connected to the proxy towards the proxy's upstream. */
  UPSTREAM,
  /** From the proxy's upstream back to the one who connected. */
  DOWNSTREAM;

  /** The direction that a toxic's {@code stream} names, in any case of letters. */
  static Optional<Direction> parse(String stream) {
    return switch (stream.toLowerCase(Locale.ROOT)) {
      case "upstream" -> Optional.of(UPSTREAM);
      case "downstream" -> Optional.of(DOWNSTREAM);
      default -> Optional.empty();
    };
  }

  /** As it is written in JSON and in metrics. */
  String label() {
    return this == UPSTREAM ? "upstream" : "downstream";
  }
}
