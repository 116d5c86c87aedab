package org.ordeal.runner.variants;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.UsageException;
import org.ordeal.runner.cluster.Addresses;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.NodeProgram;
import org.ordeal.runner.cluster.Port;
import org.ordeal.runner.cluster.SystemProvider;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.systems.ReferenceProvider;

/**
 * {@code variant:ack-before-replication} and its like: the reference broker, broken on purpose. It
 * is on the class path of tests only, as the variants themselves are.
 */
public final class VariantProvider implements SystemProvider {

  private static final List<String> VARIANTS =
      List.of("ack-before-replication", "ack-before-fsync", "stale-leader");
  private static final String MAIN = "org.ordeal.variants.BrokerVariantMain";

  @Override
  public String scheme() {
    return "variant";
  }

  @Override
  public String usage() {
    return "variant:<name>";
  }

  @Override
  public String description() {
    return "a reference broker that is wrong in a known way";
  }

  @Override
  public List<String> known() {
    return VARIANTS.stream().map(name -> "variant:" + name).toList();
  }

  @Override
  public SystemUnderTest resolve(String argument, Consumer<String> progress) {
    if (!VARIANTS.contains(argument)) {
      throw UsageException.unknownName("variant", argument, VARIANTS);
    }
    SystemUnderTest sound = new ReferenceProvider().resolve("", progress);
    Path classes = home().resolve("reference-broker/target/test-classes");
    if (!Files.isRegularFile(classes.resolve(MAIN.replace('.', '/') + ".class"))) {
      throw new EnvironmentException(
          "The variants are not compiled: %s lacks them. Run 'mvn test-compile'."
              .formatted(classes));
    }
    return new BrokenSystem(sound, argument, classes);
  }

  /** The directory of the project. */
  public static Path home() {
    Path above = Path.of("").toAbsolutePath();
    while (above.getParent() != null && !Files.isDirectory(above.resolve("reference-broker"))) {
      above = above.getParent();
    }
    return above;
  }

  private record BrokenSystem(SystemUnderTest sound, String variant, Path classes)
      implements SystemUnderTest {

    @Override
    public String name() {
      return "variant:" + variant;
    }

    @Override
    public String digest() {
      return sound.digest();
    }

    @Override
    public Optional<String> refusal(ClusterSpec spec) {
      return sound.refusal(spec);
    }

    @Override
    public List<Port> ports(ClusterSpec spec, Member node) {
      return sound.ports(spec, node);
    }

    @Override
    public NodeProgram program(ClusterSpec spec, Member node, Addresses addresses) {
      NodeProgram program = sound.program(spec, node, addresses);
      if (node.kind() != NodeKind.BROKER) {
        return program;
      }
      List<Path> classPath = new ArrayList<>(program.classPath());
      classPath.add(1, classes);
      List<String> arguments = new ArrayList<>(program.arguments());
      arguments.addFirst(variant);
      return new NodeProgram(
          MAIN,
          classPath,
          program.jvmFlags(),
          arguments,
          program.environment(),
          program.files(),
          program.javaHome());
    }
  }
}
