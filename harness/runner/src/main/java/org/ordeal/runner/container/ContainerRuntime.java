package org.ordeal.runner.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The runtime {@code container}: every node is a container on a network of its own. */
public final class ContainerRuntime implements ClusterRuntime {

  @Override
  public String name() {
    return "container";
  }

  @Override
  public String description() {
    return "every node a container, alone with Toxiproxy on its network; needs a container engine";
  }

  @Override
  public Set<Need> offers() {
    return Disks.offered(Need.PROCESS, Need.NETWORK);
  }

  @Override
  public Optional<String> missing() {
    return Engine.missing();
  }

  /** Removes what runs that were killed left in the engine, if there is one, and says so. */
  public static void sweep(Consumer<String> progress) {
    if (Engine.missing().isEmpty()) {
      Engine.connect().sweep().sentence().ifPresent(progress);
    }
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
    Engine engine = Engine.connect();
    sweep(launch.progress());
    Disks.sweep(launch.progress());
    String run =
        Long.toString(ProcessHandle.current().pid(), 36)
            + "-"
            + Long.toString(System.nanoTime() & 0xffffffffL, 36);
    NodeImages images = new NodeImages(engine.client(), cache(), launch.progress());
    String toxiproxy = images.toxiproxy();
    ContainerNetworks networks = ContainerNetworks.open(engine, launch.spec(), run);
    @Nullable ContainerLinks links = null;
    @Nullable Disks disks = null;
    ContainerCluster cluster;
    try {
      links = ContainerLinks.open(engine, toxiproxy, networks, launch.system(), launch.spec(), run);
      List<ContainerNode> nodes = nodes(launch, engine, images, networks, run);
      if (launch.disks() != null) {
        // A bind mount takes along what is mounted below it when the container is started.
        disks = Disks.mount(launch, member -> directory(launch, member).resolve("store"));
      }
      cluster = new ContainerCluster(launch, networks, links, disks, nodes);
    } catch (RuntimeException | InterruptedException e) {
      if (disks != null) {
        disks.close();
      }
      if (links != null) {
        links.close();
      }
      networks.close();
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

  /** Where layers are kept between runs. */
  static Path cache() {
    String told = System.getenv("XDG_CACHE_HOME");
    Path caches =
        told == null || told.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(told);
    return caches.resolve("ordeal").resolve("images");
  }

  private static List<ContainerNode> nodes(
      Launch launch, Engine engine, NodeImages images, ContainerNetworks networks, String run) {
    List<ContainerNode> nodes = new ArrayList<>();
    for (Member member : launch.spec().members()) {
      boolean client = member.kind() == NodeKind.CLIENT;
      NodeProgram program =
          client
              ? launch.clients().program(member, networks.addresses())
              : launch.system().program(launch.spec(), member, networks.addresses());
      String image =
          images.java(
              client
                  ? "client"
                  : launch
                      .system()
                      .name()
                      .replaceAll("[^a-z0-9._-]+", "-")
                      .toLowerCase(Locale.ROOT),
              program.classPath());
      Path directory = prepare(launch, member, program);
      nodes.add(
          new ContainerNode(
              member,
              directory,
              launch.system().ports(launch.spec(), member).stream()
                  .map(port -> networks.addresses().real(member, port))
                  .toList(),
              container(engine, networks, member, program, image, directory, run),
              engine));
    }
    return nodes;
  }

  private static Path directory(Launch launch, Member member) {
    return launch.directory().toAbsolutePath().normalize().resolve("nodes").resolve(member.name());
  }

  private static Path prepare(Launch launch, Member member, NodeProgram program) {
    Path directory = directory(launch, member);
    try {
      Files.createDirectories(directory.resolve("store"));
      Files.createDirectories(directory.resolve("tmp"));
      for (Map.Entry<String, String> file : program.files().entrySet()) {
        Path path = directory.resolve(file.getKey());
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, file.getValue());
      }
      return directory;
    } catch (IOException e) {
      throw new EnvironmentException(
          "The directory of %s could not be written: %s.".formatted(member.name(), e), e);
    }
  }

  @SuppressWarnings("resource") // removed by ContainerNode.remove
  private static GenericContainer<?> container(
      Engine engine,
      ContainerNetworks networks,
      Member member,
      NodeProgram program,
      String image,
      Path directory,
      String run) {
    List<String> command = new ArrayList<>(program.jvmFlags());
    command.add("-Djava.io.tmpdir=" + ContainerAddresses.MOUNT.resolve("tmp"));
    command.add("-XX:ErrorFile=" + ContainerAddresses.MOUNT.resolve("hs_err_pid%p.log"));
    command.add("-cp");
    command.add(NodeImages.classPath(program.classPath()));
    command.add(program.mainClass());
    command.addAll(program.arguments());
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
    container.withImagePullPolicy(name -> false);
    container.withLabels(engine.labels("node"));
    container.withEnv(program.environment());
    container.withCommand(command.toArray(String[]::new));
    container.setWaitStrategy(Waiting.NOT_AT_ALL);
    container.withCreateContainerCmdModifier(
        create -> {
          HostConfig host = hostConfig(create);
          host.withNetworkMode(networks.id(member));
          host.withBinds(
              new Bind(
                  directory.toString(),
                  new Volume(ContainerAddresses.MOUNT.toString()),
                  AccessMode.rw));
          create
              .withName("ordeal-%s-%s".formatted(run, member.name()))
              .withHostName(member.name())
              .withIpv4Address(networks.addresses().real(member))
              .withUser(owner(directory));
        });
    return container;
  }

  private static HostConfig hostConfig(CreateContainerCmd create) {
    HostConfig host = create.getHostConfig();
    if (host == null) {
      host = HostConfig.newHostConfig();
      create.withHostConfig(host);
    }
    return host;
  }

  /** Whoever owns the node's directory, so that what the container writes is the harness's. */
  private static String owner(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:uid")
          + ":"
          + Files.getAttribute(directory, "unix:gid");
    } catch (IOException | UnsupportedOperationException e) {
      throw new EnvironmentException(
          "The owner of %s cannot be told: %s.".formatted(directory, e), e);
    }
  }
}
