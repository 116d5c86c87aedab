package org.ordeal.runner.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.EnvironmentException;
import org.ordeal.runner.cluster.Disks;

/**
 * One of the 200 shares of this machine's loopback addresses, held by a lock on a file: the kernel
 * takes the lock back when the holder ends, however it ends.
 */
final class Slot implements AutoCloseable {

  /** Number of the last slot. */
  static final int LAST = 200;

  private final int number;
  private final FileChannel channel;
  private final Register register;

  private Slot(int number, FileChannel channel, Register register) {
    this.number = number;
    this.channel = channel;
    this.register = register;
  }

  /** Where slots are kept: in the user's cache, so that two users never share a file. */
  static Path standardDirectory() {
    String told = System.getenv("XDG_CACHE_HOME");
    Path cache =
        told == null || told.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(told);
    return cache.resolve("ordeal").resolve("slots");
  }

  /**
   * Reserves the first free slot and stops whatever an earlier holder left in it.
   *
   * @throws EnvironmentException where none is free, or the directory cannot be written
   */
  static Slot reserve(Path directory, Consumer<String> progress) {
    for (int number = 1; number <= LAST; number++) {
      Optional<Slot> slot = tryReserve(directory, number);
      if (slot.isPresent()) {
        slot.get().register.stopLeftovers("slot " + number, progress);
        return slot.get();
      }
    }
    throw new EnvironmentException(
        "All %d slots for clusters on this machine are taken (locks in %s): end a run, or wait for one."
            .formatted(LAST, directory));
  }

  /** Stops what runs that were killed left in any slot that nobody holds now, and their disks. */
  static void sweep(Path directory, Consumer<String> progress) {
    for (int number = 1; number <= LAST; number++) {
      if (Files.exists(registerFile(directory, number))) {
        Optional<Slot> slot = tryReserve(directory, number);
        if (slot.isPresent()) {
          try (Slot held = slot.get()) {
            held.register.stopLeftovers("slot " + number, progress);
          }
        }
      }
    }
    Disks.sweep(progress);
  }

  private static Optional<Slot> tryReserve(Path directory, int number) {
    @Nullable FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(number + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(
            new Slot(number, channel, new Register(registerFile(directory, number))));
      }
      channel.close();
      return Optional.empty();
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel); // held by another cluster of this JVM
      return Optional.empty();
    } catch (IOException e) {
      closeQuietly(channel);
      throw new EnvironmentException(
          "The locks of slots could not be kept in %s: %s.".formatted(directory, e), e);
    }
  }

  private static Path registerFile(Path directory, int number) {
    return directory.resolve(number + ".processes");
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it.
      }
    }
  }

  /** 1 to 200. */
  int number() {
    return number;
  }

  /** What was started in this slot. */
  Register register() {
    return register;
  }

  /** Gives the slot back; its register must be empty of living processes by then. */
  @Override
  public void close() {
    register.forget();
    closeQuietly(channel);
  }
}
