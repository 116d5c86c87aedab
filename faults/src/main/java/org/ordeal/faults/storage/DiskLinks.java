package org.ordeal.faults.storage;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.toxiproxy.EmbeddedToxiproxy;

/**
 * A Toxiproxy on the way from each disk to its storage: any toxic on it is a fault of the disk. To
 * be closed after the disks are unmounted, which need the way to write what they hold.
 *
 * <p>Thread-safe.
 */
public final class DiskLinks implements AutoCloseable {
  private static final String SUFFIX = "-disk";

  /** Where a proxy leads to until its disk is there: nobody listens at the discard port. */
  private static final String NOWHERE = "127.0.0.1:9";

  private final EmbeddedToxiproxy server;
  private final ToxiproxyClient client;
  private final Map<String, Proxy> proxies = new ConcurrentHashMap<>();

  private DiskLinks(EmbeddedToxiproxy server) {
    this.server = server;
    this.client = new ToxiproxyClient(server.host(), server.port());
  }

  /**
   * Starts the server, on loopback.
   *
   * @throws DiskException where it cannot listen
   */
  public static DiskLinks open() throws DiskException {
    try {
      return new DiskLinks(EmbeddedToxiproxy.start("127.0.0.1", 0));
    } catch (IOException e) {
      throw new DiskException(
          "The Toxiproxy of the disks could not listen on a loopback port: " + e.getMessage(), e);
    }
  }

  /** Mounts a disk whose data path goes through a proxy of this server. */
  public void create(DiskControl disks, DiskOptions options) throws DiskException {
    try {
      Proxy proxy = client.createProxy(options.name() + SUFFIX, "127.0.0.1:0", NOWHERE);
      String target = disks.create(options.withLink(proxy.getListen())).linkTarget();
      if (target == null) {
        throw new DiskException("Disk " + options.name() + " has no storage end to be led to.");
      }
      proxy.setUpstream(target);
      proxies.put(options.name(), proxy);
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException(
          "The proxy of disk " + options.name() + " could not be made: " + e.getMessage(), e);
    }
  }

  /** The proxy of a disk; empty where it has none. */
  public Optional<Proxy> proxy(String disk) {
    return Optional.ofNullable(proxies.get(disk));
  }

  @Override
  public void close() {
    server.close();
  }
}
