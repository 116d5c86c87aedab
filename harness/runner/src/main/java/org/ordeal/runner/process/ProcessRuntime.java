package org.ordeal.runner.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterException;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.Disks;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Readiness;

/** The runtime {@code process}: every node is a JVM on this machine. */
public final class ProcessRuntime implements ClusterRuntime {

  private final Path slots;

  /** Keeps slots in the user's cache directory. */
  public ProcessRuntime() {
    this(Slot.standardDirectory());
  }

  ProcessRuntime(Path slots) {
    this.slots = slots;
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public String description() {
    return "every node a process on this machine; nothing to install";
  }

  @Override
  public Set<Need> offers() {
    return Disks.offered(Need.PROCESS, Need.NETWORK);
  }

  @Override
  public Optional<String> missing() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of(
          "The process runtime needs Linux, where every address of 127.0.0.0/8 answers and /proc tells of processes; this is %s. Take --runtime container."
              .formatted(System.getProperty("os.name")));
    }
    return Optional.empty();
  }

  /** Stops what runs that were killed left on this machine, and says so. */
  public static void sweep(Consumer<String> progress) {
    Slot.sweep(Slot.standardDirectory(), progress);
  }

  @Override
  public Cluster launch(Launch launch) throws ClusterException, InterruptedException {
    missing()
        .ifPresent(
            sentence -> {
              throw new EnvironmentException(sentence);
            });
    launch
        .system()
        .refusal(launch.spec())
        .ifPresent(
            sentence -> {
              throw new UsageException(sentence);
            });
    Slot.sweep(slots, launch.progress());
    Slot slot = Slot.reserve(slots, launch.progress());
    @Nullable Links links = null;
    @Nullable Disks disks = null;
    ProcessCluster cluster;
    try {
      SlotAddresses addresses =
          new SlotAddresses(
              slot.number(), launch.spec(), launch.directory().toAbsolutePath().normalize());
      Capacity.check(launch.system(), launch.spec(), addresses, launch.directory());
      links = Links.open(launch.system(), launch.spec(), addresses);
      if (launch.disks() != null) {
        disks = Disks.mount(launch, addresses::store);
        ProcStat.read(disks.daemon().pid())
            .ifPresent(stat -> slot.register().process(stat, "the daemon of the fault disks"));
      }
      Spawner spawner = new Spawner();
      cluster =
          new ProcessCluster(
              launch,
              slot,
              addresses,
              links,
              disks,
              spawner,
              nodes(launch, addresses, spawner, slot.register()));
    } catch (RuntimeException e) {
      if (disks != null) {
        disks.close();
      }
      if (links != null) {
        links.close();
      }
      slot.close();
      throw e;
    }
    try {
      new Readiness(launch, cluster).startAndAwait();
      return cluster;
    } catch (ClusterException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private static List<NodeProcess> nodes(
      Launch launch, SlotAddresses addresses, Spawner spawner, Register register) {
    List<NodeProcess> nodes = new ArrayList<>();
    for (Member member : launch.spec().members()) {
      NodeProgram program =
          member.kind() == NodeKind.CLIENT
              ? launch.clients().program(member, addresses)
              : launch.system().program(launch.spec(), member, addresses);
      List<InetSocketAddress> ports =
          launch.system().ports(launch.spec(), member).stream()
              .map(port -> addresses.real(member, port))
              .toList();
      NodeProcess node =
          new NodeProcess(
              member,
              program,
              addresses.directory(member),
              addresses.store(member),
              ports,
              spawner,
              register);
      try {
        node.prepare(hosts(launch, member, addresses));
      } catch (IOException e) {
        throw new EnvironmentException(
            "The directory of %s could not be written: %s.".formatted(member.name(), e), e);
      }
      nodes.add(node);
    }
    return nodes;
  }

  /** A node's own view of names: itself where it is, everybody else at a proxy. */
  private static String hosts(Launch launch, Member viewer, SlotAddresses addresses) {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    try {
      hosts.append("127.0.0.1 ").append(InetAddress.getLocalHost().getHostName()).append('\n');
    } catch (IOException e) {
      // A machine without a name of its own needs no line for it.
    }
    for (Member member : launch.spec().members()) {
      hosts
          .append(
              member.equals(viewer)
                  ? addresses.bindAddress(member)
                  : addresses.viewAddress(viewer, member))
          .append(' ')
          .append(member.name())
          .append('\n');
    }
    return hosts.toString();
  }
}
