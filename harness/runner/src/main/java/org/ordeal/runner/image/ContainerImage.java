package org.ordeal.runner.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image: its name, what it runs and its layers, bottom first. Immutable.
 *
 * @param name repository and tag, such as {@code ordeal/toxiproxy:2.12.0}
 * @param program what a container of it runs
 * @param layers bottom first
 */
public record ContainerImage(String name, Program program, List<Layer> layers) {

  /**
   * What a container runs unless it is told otherwise. Immutable.
   *
   * @param entrypoint the program and its first arguments
   * @param arguments its further arguments, which {@code docker run IMAGE ...} replaces
   * @param environment variables
   * @param user numeric user and group id that it runs as, {@code user:group}
   * @param directory working directory
   * @param health command whose exit code 0 means healthy; empty for none
   * @param ports TCP ports that it listens on
   */
  public record Program(
      List<String> entrypoint,
      List<String> arguments,
      Map<String, String> environment,
      String user,
      String directory,
      List<String> health,
      List<Integer> ports) {

    public Program {
      entrypoint = List.copyOf(entrypoint);
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
      health = List.copyOf(health);
      ports = List.copyOf(ports);
    }
  }

  /** Every image, container and network that Ordeal makes carries this label. */
  public static final String LABEL = "org.ordeal";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final long HEALTH_INTERVAL_NANOS = 10_000_000_000L;

  public ContainerImage {
    layers = List.copyOf(layers);
  }

  /** The id that an engine gives to this image: the SHA-256 of its configuration. */
  public String id() {
    return "sha256:"
        + HexFormat.of()
            .formatHex(Layer.sha256().digest(configuration().getBytes(StandardCharsets.UTF_8)));
  }

  private String configuration() {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("Entrypoint", program.entrypoint());
    if (!program.arguments().isEmpty()) {
      run.put("Cmd", program.arguments());
    }
    run.put(
        "Env",
        new TreeMap<>(program.environment())
            .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    run.put("User", program.user());
    run.put("WorkingDir", program.directory());
    run.put("Labels", Map.of(LABEL, "image"));
    if (!program.health().isEmpty()) {
      List<String> test = new java.util.ArrayList<>(List.of("CMD"));
      test.addAll(program.health());
      run.put(
          "Healthcheck",
          Map.of(
              "Test", test, "Interval", HEALTH_INTERVAL_NANOS, "Timeout", HEALTH_INTERVAL_NANOS));
    }
    Map<String, Object> exposed = new TreeMap<>();
    program.ports().forEach(port -> exposed.put(port + "/tcp", Map.of()));
    run.put("ExposedPorts", exposed);
    Map<String, Object> image = new LinkedHashMap<>();
    image.put("architecture", architecture());
    image.put("os", "linux");
    image.put("created", "1970-01-01T00:00:00Z");
    image.put("config", run);
    image.put(
        "rootfs",
        Map.of(
            "type",
            "layers",
            "diff_ids",
            layers.stream().map(layer -> "sha256:" + layer.digest()).toList()));
    image.put(
        "history",
        layers.stream()
            .map(layer -> Map.of("created", "1970-01-01T00:00:00Z", "created_by", "ordeal"))
            .toList());
    try {
      return JSON.writeValueAsString(image);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> "arm64";
      default -> "amd64";
    };
  }

  /** Writes the archive that {@code docker load} reads. */
  public void writeArchive(OutputStream out) throws IOException {
    byte[] configuration = configuration().getBytes(StandardCharsets.UTF_8);
    String configurationName = id().substring("sha256:".length()) + ".json";
    byte[] manifest =
        JSON.writeValueAsBytes(
            List.of(
                Map.of(
                    "Config",
                    configurationName,
                    "RepoTags",
                    List.of(name),
                    "Layers",
                    layers.stream().map(layer -> layer.digest() + "/layer.tar").toList())));
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      put(tar, configurationName, configuration);
      for (Layer layer : layers) {
        TarArchiveEntry entry = new TarArchiveEntry(layer.digest() + "/layer.tar");
        entry.setModTime(0);
        entry.setSize(Files.size(layer.tar()));
        tar.putArchiveEntry(entry);
        Files.copy(layer.tar(), tar);
        tar.closeArchiveEntry();
      }
      put(tar, "manifest.json", manifest);
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setModTime(0);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }
}
