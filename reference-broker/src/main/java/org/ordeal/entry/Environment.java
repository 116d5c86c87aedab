package org.ordeal.entry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.settings.Arguments.Amendment;
import org.ordeal.settings.PropertyFile;

/**
 * Settings from a container's environment. Immutable.
 *
 * <p>{@code ROCKETMQ_CONF_flushDiskType=SYNC_FLUSH} sets {@code flushDiskType}; names keep their
 * case, as property files do. {@code NAMESRV_ADDR}, which Apache's image knows, is {@code
 * namesrvAddr}. Where neither file nor environment says it, a container listens at every address
 * and a broker is dialled at the container's own.
 */
record Environment(Map<String, String> variables) {
  static final String PREFIX = "ROCKETMQ_CONF_";

  Environment {
    variables = Map.copyOf(variables);
  }

  /** Puts what the environment says over a file's settings, and what a container needs below. */
  Amendment amendmentOf(Program program) {
    return file -> {
      PropertyFile amended = file;
      String nameServers = variables.get("NAMESRV_ADDR");
      if (nameServers != null && program == Program.BROKER) {
        amended = amended.overruledBy("NAMESRV_ADDR", Map.of("namesrvAddr", nameServers));
      }
      for (var each : new TreeMap<>(variables).entrySet()) {
        if (each.getKey().startsWith(PREFIX) && each.getKey().length() > PREFIX.length()) {
          amended =
              amended.overruledBy(
                  each.getKey(), Map.of(each.getKey().substring(PREFIX.length()), each.getValue()));
        }
      }
      amended = amended.completedBy("the image", Map.of("bindAddress", "0.0.0.0"));
      return program == Program.BROKER
          ? amended.completedBy("the container's address", Map.of("brokerIP1", ownAddress()))
          : amended;
    };
  }

  private static String ownAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      return "127.0.0.1";
    }
  }
}
