package org.ordeal.workloads.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.ordeal.checks.log.LogOperations;
import org.ordeal.history.Operation;
import org.slf4j.Logger;

/**
 * The class path of a client node that runs another version of the Apache client than the one that
 * Ordeal was built with: Ordeal's own part of a client node, and the given jars behind it.
 *
 * <p>What a client node calls of the Apache client has kept its binary form from 5.1.0 to 5.5.0:
 * {@code DefaultMQProducer}, {@code NettyRemotingClient}, {@code RemotingCommand} and the headers
 * of the requests in {@link BrokerWire}.
 */
public final class ClientClassPath {

  private static final List<Class<?>> OURS =
      List.of(
          ClientMain.class,
          LogOperations.class,
          Operation.class,
          ObjectMapper.class,
          JsonParser.class,
          JsonProperty.class,
          Logger.class,
          NullMarked.class);

  private ClientClassPath() {}

  /**
   * The class path for a client of another version.
   *
   * @param clientJars the jars of {@code rocketmq-client} or {@code rocketmq-tools} of that version
   *     with all that they depend on
   * @throws IllegalStateException if this JVM does not tell where its classes come from
   */
  public static List<Path> with(List<Path> clientJars) {
    Set<Path> path = new LinkedHashSet<>();
    for (Class<?> ours : OURS) {
      CodeSource source = ours.getProtectionDomain().getCodeSource();
      if (source == null) {
        throw new IllegalStateException(
            "Cannot tell where %s was loaded from, so no class path for a client node can be made."
                .formatted(ours));
      }
      try {
        path.add(Path.of(source.getLocation().toURI()));
      } catch (URISyntaxException e) {
        throw new IllegalStateException(source.getLocation() + " is no path.", e);
      }
    }
    path.addAll(clientJars);
    return new ArrayList<>(path);
  }
}
