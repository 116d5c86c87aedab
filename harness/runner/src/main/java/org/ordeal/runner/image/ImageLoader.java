package org.ordeal.runner.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.LoadImageCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Hands images to a container engine, once each. */
public final class ImageLoader {
  private final DockerClient engine;
  private final Path scratch;

  /**
   * A loader.
   *
   * @param engine the engine's client; stays the caller's
   * @param scratch directory for the archive while it is sent
   */
  public ImageLoader(DockerClient engine, Path scratch) {
    this.engine = engine;
    this.scratch = scratch;
  }

  /**
   * Loads an image unless the engine has just that one under just that name.
   *
   * @return whether it was loaded now
   */
  public boolean load(ContainerImage image) throws IOException {
    if (has(image)) {
      return false;
    }
    Optional<String> replaced = idOf(image.name());
    Files.createDirectories(scratch);
    Path archive = Files.createTempFile(scratch, "image", ".tar");
    try {
      try (var out = Files.newOutputStream(archive)) {
        image.writeArchive(out);
      }
      try (InputStream in = Files.newInputStream(archive)) {
        // The plain command returns when it has sent the archive, not when the image is there.
        engine.loadImageAsyncCmd(in).exec(new LoadImageCallback()).awaitMessage();
      } catch (DockerClientException refused) {
        throw new IOException(
            "The container engine did not take " + image.name() + ": " + refused.getMessage(),
            refused);
      }
      if (!has(image)) {
        throw new IOException(
            "The container engine took the archive of "
                + image.name()
                + " but does not list an image with its id "
                + image.id());
      }
      replaced.ifPresent(this::drop);
      return true;
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  private boolean has(ContainerImage image) {
    return idOf(image.name()).filter(image.id()::equals).isPresent();
  }

  private Optional<String> idOf(String name) {
    try {
      return Optional.of(engine.inspectImageCmd(name).exec().getId());
    } catch (NotFoundException absent) {
      return Optional.empty();
    }
  }

  /** Removes an image that has lost its name to a newer one, unless something still uses it. */
  private void drop(String id) {
    try {
      engine.removeImageCmd(id).exec();
    } catch (NotFoundException | ConflictException stays) {
      // Gone, or it has another name or a container.
    }
  }
}
