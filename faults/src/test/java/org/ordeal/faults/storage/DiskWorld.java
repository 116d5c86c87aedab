package org.ordeal.faults.storage;

import eu.rekawek.toxiproxy.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Holds;
import org.ordeal.faults.Link;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeState;
import org.ordeal.faults.StandInBroker;
import org.ordeal.faults.disk.DiskControl;
import org.ordeal.faults.disk.DiskException;
import org.ordeal.faults.disk.DiskOptions;

/**
 * Real fault disks, called {@code n0} and {@code n1}, under brokers that are pretended: the test
 * itself writes to the disks.
 */
final class DiskWorld implements Environment, AutoCloseable {
  private final DiskControl control;
  private final Path directory;
  private final @Nullable DiskLinks links;
  private final List<Broker> brokers = List.of(new Broker("n0"), new Broker("n1"));
  private final Holds holds = new Holds();

  /** Mounts both disks below the directory; nothing is written back by age. */
  DiskWorld(DiskControl control, Path directory) throws DiskException {
    this(control, directory, null);
  }

  /** The same; with links, every disk reaches its storage through one of them. */
  DiskWorld(DiskControl control, Path directory, @Nullable DiskLinks links) throws DiskException {
    this.control = control;
    this.links = links;
    this.directory = directory;
    for (Broker broker : brokers) {
      DiskOptions options =
          DiskOptions.of(
                  broker.name(), directory.resolve(broker.name() + ".durable"), of(broker.name()))
              .withAges(-1, -1)
              .withHostSync(false);
      if (links == null) {
        control.create(options);
      } else {
        links.create(control, options);
      }
    }
  }

  /** Where the disk of a broker is mounted. */
  Path of(String broker) {
    return directory.resolve(broker);
  }

  @Override
  public Set<Need> offers() {
    return links == null
        ? EnumSet.of(Need.DISK, Need.PROCESS)
        : EnumSet.of(Need.DISK, Need.DISK_LINK, Need.PROCESS);
  }

  @Override
  public List<Broker> targets() {
    return brokers;
  }

  @Override
  public Broker target(String name) {
    return (Broker) Environment.super.target(name);
  }

  @Override
  public List<Link> links(String from, String to) {
    return List.of();
  }

  @Override
  public Optional<String> leader(String group) {
    return Optional.of("n0");
  }

  @Override
  public Holds holds() {
    return holds;
  }

  @Override
  public Optional<DiskControl> disks() {
    return Optional.of(control);
  }

  @Override
  public Optional<Proxy> diskLink(String node) {
    return links == null ? Optional.empty() : links.proxy(node);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void close() throws DiskException {
    for (Broker broker : brokers) {
      control.unmount(broker.name());
    }
  }

  /** A broker that only remembers what was done to it. */
  static final class Broker extends StandInBroker {
    final List<String> done = new ArrayList<>();
    private NodeState state = NodeState.RUNNING;

    /** What goes on while the kill is under way. */
    private Runnable lastMoment = () -> {};

    Broker(String name) {
      super(name);
    }

    /** Lets a kill take as long as this does. */
    void inItsLastMoment(Runnable action) {
      lastMoment = action;
    }

    @Override
    public NodeState state() {
      return state;
    }

    @Override
    public void kill() {
      lastMoment.run();
      done.add("kill");
      state = NodeState.GONE;
    }

    @Override
    public void start() {
      done.add("start");
      state = NodeState.RUNNING;
    }
  }
}
