package org.ordeal.workloads.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the groups' masters, as the NameServers tell them: refreshed once a second, and
 * asked of the next NameServer when one does not answer. Thread-safe.
 */
final class Leaders implements ClientEnvironment.Masters, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leaders.class);
  private static final long REFRESH_MILLIS = 500;
  private static final long ASK_MILLIS = 1_000;

  /** The Apache client's default interval between two looks at a route. */
  private static final long ROUTE_LIFE_MILLIS = 30_000;

  private final BrokerWire wire;
  private final List<String> nameServers;
  private final Thread refresher;
  private volatile Map<String, String> masters = Map.of();
  private final Map<String, Former> formers = new ConcurrentHashMap<>();

  /** A master that another has followed, {@link System#nanoTime} of when that was seen. */
  private record Former(String address, long untilNanos) {}

  Leaders(BrokerWire wire, List<String> nameServers) {
    this.wire = wire;
    this.nameServers = List.copyOf(nameServers);
    this.refresher = Thread.ofVirtual().name("leaders").start(this::refresh);
  }

  @Override
  public @Nullable String of(String group) {
    return masters.get(group);
  }

  @Override
  public @Nullable String former(String group) {
    Former former = formers.get(group);
    if (former == null
        || System.nanoTime() - former.untilNanos > ROUTE_LIFE_MILLIS * 1_000_000
        || former.address.equals(masters.get(group))) {
      return null;
    }
    return former.address;
  }

  private void replace(Map<String, String> now) {
    masters.forEach(
        (group, was) -> {
          String is = now.get(group);
          if (is != null && !is.equals(was)) {
            formers.put(group, new Former(was, System.nanoTime()));
          }
        });
    masters = now;
  }

  /** Host name in an address: the name of the node, since every node registers under its name. */
  static String nodeOf(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  private void refresh() {
    int at = 0;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        replace(ask(nameServers.get(at % nameServers.size())));
        Thread.sleep(REFRESH_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RemotingException | MQBrokerException | RuntimeException e) {
        log.debug("NameServer {} did not tell the masters", at % nameServers.size(), e);
        at++;
        if (at % nameServers.size() == 0) {
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(REFRESH_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, String> ask(String nameServer)
      throws RemotingException, MQBrokerException, InterruptedException {
    Map<String, String> found = new HashMap<>();
    wire.cluster(nameServer, ASK_MILLIS)
        .getBrokerAddrTable()
        .forEach(
            (group, data) -> {
              String master = data.getBrokerAddrs().get(MixAll.MASTER_ID);
              if (master != null) {
                found.put(group, master);
              }
            });
    return Map.copyOf(found);
  }

  @Override
  public void close() {
    refresher.interrupt();
  }
}
