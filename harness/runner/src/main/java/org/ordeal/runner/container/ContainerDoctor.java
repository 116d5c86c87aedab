package org.ordeal.runner.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ordeal.runner.cluster.Doctor.Finding;
import org.ordeal.runner.cluster.Doctor.State;
import org.ordeal.runner.image.Images;

/** Looks at what clusters and images need of a container engine. Changes nothing. */
public final class ContainerDoctor {
  // The images take about 350 MB, and their layers lie in the cache once more.
  private static final long COMFORTABLE_BYTES = 2_000_000_000L;

  private ContainerDoctor() {}

  /** Looks at everything; none of it hinders the process runtime. */
  public static List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    Optional<String> unreachable = Engine.unreachable();
    if (unreachable.isPresent()) {
      findings.add(missing("container runtime", unreachable.get()));
      findings.add(tools());
      findings.add(toxiproxy(Optional.empty()));
      return List.copyOf(findings);
    }
    DockerClient engine = Engine.connect().client();
    Info info = engine.infoCmd().exec();
    findings.add(
        EngineLimits.hindering(info)
            .map(limit -> missing("container runtime", limit))
            .orElseGet(
                () ->
                    ok(
                        "container runtime",
                        "Engine %s on %s answers."
                            .formatted(info.getServerVersion(), info.getOperatingSystem()))));
    findings.add(tools());
    findings.add(toxiproxy(Optional.of(engine)));
    findings.add(space("image space", Path.of(String.valueOf(info.getDockerRootDir()))));
    findings.add(space("image cache", ContainerRuntime.cache()));
    return List.copyOf(findings);
  }

  private static Finding tools() {
    List<String> lacking = Images.lacking();
    return lacking.isEmpty()
        ? ok("image tools", "jlink and ldd are there: images can be made without a registry.")
        : missing(
            "image tools", "No image can be made without " + String.join(" and ", lacking) + ".");
  }

  private static Finding toxiproxy(Optional<DockerClient> engine) {
    if (engine.filter(NodeImages::hasOfficialToxiproxy).isPresent()) {
      return ok("Toxiproxy", "The engine has " + NodeImages.OFFICIAL_TOXIPROXY + ".");
    }
    return NodeImages.server()
        .map(server -> ok("Toxiproxy", server + " goes into a local image."))
        .orElseGet(
            () ->
                missing(
                    "Toxiproxy",
                    "--runtime container needs Toxiproxy's server, but " + NodeImages.NO_SERVER));
  }

  static Finding space(String subject, Path directory) {
    Path there = directory.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long free = there.toFile().getUsableSpace();
    return free >= COMFORTABLE_BYTES
        ? ok(subject, "%,d MB free at %s.".formatted(free / 1_000_000, directory))
        : new Finding(
            subject,
            State.TIGHT,
            false,
            "%,d MB free at %s; images and their layers want %,d MB."
                .formatted(free / 1_000_000, directory, COMFORTABLE_BYTES / 1_000_000));
  }

  private static Finding ok(String subject, String sentence) {
    return new Finding(subject, State.OK, false, sentence);
  }

  private static Finding missing(String subject, String sentence) {
    return new Finding(subject, State.MISSING, false, sentence);
  }
}
