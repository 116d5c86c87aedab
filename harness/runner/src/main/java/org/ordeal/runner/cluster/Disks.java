package org.ordeal.runner.cluster;

import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.disk.DiskCanary;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskDaemon;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.FuseSupport;
import org.ordeal.faults.disk.StaleMounts;
import org.ordeal.faults.storage.DiskLinks;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.image.FileTree;

/**
 * The fault disks under the brokers of one cluster: one daemon serves them all, so that one cut
 * over several is one instant. A disk is called as its broker and mounted on the broker's store;
 * what is durable lies beside it, in {@value #BACKING}. Thread-safe.
 *
 * <p>To be mounted before any broker starts: the canary cuts the power of each.
 */
public final class Disks implements AutoCloseable {

  /** The directory beside a store that holds what is durable. */
  static final String BACKING = "disk";

  private final DiskDaemon daemon;
  private final Map<String, Path> stores;
  private final List<DiskCanary> canaries;
  private final @Nullable DiskLinks links;

  private Disks(
      DiskDaemon daemon,
      @Nullable DiskLinks links,
      Map<String, Path> stores,
      List<DiskCanary> canaries) {
    this.daemon = daemon;
    this.links = links;
    this.stores = Map.copyOf(stores);
    this.canaries = List.copyOf(canaries);
  }

  /** These needs, and that of disks where this machine can mount them. */
  public static Set<Need> offered(Need first, Need... more) {
    EnumSet<Need> needs = EnumSet.of(first, more);
    if (FuseSupport.probe().available()) {
      needs.add(Need.DISK);
      needs.add(Need.DISK_LINK);
    }
    return needs;
  }

  /**
   * Unmounts the disks whose daemons were killed, and says so. What is durable stays where it is;
   * beside it such a daemon leaves copies that nobody reads any more, and those are deleted.
   */
  public static void sweep(Consumer<String> progress) {
    for (StaleMounts.Removal removal : StaleMounts.removeStale()) {
      progress.accept(removal.sentence());
      Path store = removal.mount().mountPoint();
      if (removal.unmounted() && isOurs(removal.mount())) {
        deleteCopies(store).ifPresent(progress);
      }
    }
  }

  /** Whether a mount lies as {@link #mount} lays it out: of others the backing is not known. */
  private static boolean isOurs(StaleMounts.Mount mount) {
    Path store = mount.mountPoint();
    return store.endsWith(Path.of(mount.disk(), "store"))
        && Files.isDirectory(store.resolveSibling(BACKING), LinkOption.NOFOLLOW_LINKS);
  }

  /** Deletes files without a name and snapshots of a disk that is not mounted. */
  private static Optional<String> deleteCopies(Path store) {
    List<Path> deleted = new ArrayList<>();
    for (String what : List.of("orphans", "snapshots")) {
      Path copies = store.resolveSibling("." + BACKING + "." + what);
      if (Files.isDirectory(copies, LinkOption.NOFOLLOW_LINKS)) {
        try {
          FileTree.delete(copies);
          deleted.add(copies);
        } catch (IOException e) {
          return Optional.of(
              "What a killed daemon of fault disks kept in %s could not be deleted: %s."
                  .formatted(copies, e));
        }
      }
    }
    return deleted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Deleted what that daemon needed for itself: %s."
                .formatted(String.join(", ", deleted.stream().map(Path::toString).toList())));
  }

  /**
   * Starts the daemon, mounts a disk under the store of each broker and has the canary prove it.
   *
   * @param launch of a cluster whose brokers have not been started
   * @param stores where each node's store is, as this machine sees it
   * @throws EnvironmentException where this machine cannot mount
   */
  public static Disks mount(ClusterRuntime.Launch launch, Function<Member, Path> stores) {
    Path directory = launch.directory().toAbsolutePath().normalize();
    FuseSupport support = FuseSupport.probe();
    if (!support.available()) {
      throw new EnvironmentException(
          "The faults of this run need a fault disk under every broker, and none can be mounted here. "
              + support.reason());
    }
    DiskDaemon daemon;
    try {
      daemon = DiskDaemon.start(directory.resolve("nodes").resolve("disks"));
    } catch (DiskException e) {
      throw refused(e);
    }
    @Nullable DiskLinks links = null;
    try {
      StoreDisks wanted = launch.disks() == null ? StoreDisks.PLAIN : launch.disks();
      links = wanted.linked() ? DiskLinks.open() : null;
      Map<String, Path> mounted = new LinkedHashMap<>();
      for (Member broker : launch.spec().members(NodeKind.BROKER)) {
        Path store = stores.apply(broker);
        DiskOptions options =
            DiskOptions.of(broker.name(), store.resolveSibling(BACKING), store)
                .withWriteBack(wanted.writeBack());
        if (links == null) {
          daemon.control().create(options);
        } else {
          links.create(daemon.control(), options);
        }
        mounted.put(broker.name(), store);
      }
      return new Disks(
          daemon,
          links,
          mounted,
          DiskCanary.prove(daemon.control(), List.copyOf(mounted.keySet())));
    } catch (DiskException e) {
      end(daemon, links);
      throw refused(e);
    } catch (RuntimeException e) {
      end(daemon, links);
      throw e;
    }
  }

  /** The daemon first: what it still writes goes over the links. */
  private static void end(DiskDaemon daemon, @Nullable DiskLinks links) {
    daemon.close();
    if (links != null) {
      links.close();
    }
  }

  private static EnvironmentException refused(DiskException e) {
    return new EnvironmentException(
        "The fault disks of this run could not be mounted: " + e.getMessage(), e);
  }

  /** Commands the disks. */
  public DiskControl control() {
    return daemon.control();
  }

  /** The process that serves them. */
  public ProcessHandle daemon() {
    return daemon.process();
  }

  /** What they offer to faults. */
  public Set<Need> needs() {
    return links == null ? EnumSet.of(Need.DISK) : EnumSet.of(Need.DISK, Need.DISK_LINK);
  }

  /** The proxy before the storage of a node's disk; empty where there is none. */
  public Optional<Proxy> link(String node) {
    return links == null ? Optional.empty() : links.proxy(node);
  }

  /** What the canary saw on each. */
  public List<DiskCanary> canaries() {
    return canaries;
  }

  /**
   * Unmounts all and ends the daemon; then the durable files take the place of the mounts, so that
   * a run's directory reads alike with disks and without.
   */
  @Override
  public void close() {
    end(daemon, links);
    stores.values().forEach(Disks::settle);
  }

  private static void settle(Path store) {
    Path backing = store.resolveSibling(BACKING);
    try {
      if (Files.isDirectory(backing) && Files.deleteIfExists(store)) {
        Files.move(backing, store);
        // There are some only if the daemon was killed.
        Optional<String> ignored = deleteCopies(store);
      }
    } catch (IOException e) {
      // Still mounted, or not empty: then the durable files stay where they are.
    }
  }
}
