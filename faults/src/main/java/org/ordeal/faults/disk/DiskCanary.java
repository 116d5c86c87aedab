package org.ordeal.faults.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the canary saw: whether a cut on this disk keeps what was forced and drops what was not.
 *
 * @param disk the disk
 * @param trusted whether every observation was as it must be; without it no verdict on durability
 *     may be given
 * @param observations what was written, forced, cut and found, one sentence each with its time
 */
public record DiskCanary(String disk, boolean trusted, List<Observation> observations) {
  private static final int PAGE = 4096;
  private static final String DIRECTORY = ".ordeal-canary";

  public DiskCanary {
    observations = List.copyOf(observations);
  }

  /** One observation; {@code nanos} is {@link System#nanoTime()}. */
  public record Observation(long nanos, boolean expected, String sentence) {}

  /** The ways to write that are tried. */
  private record Way(String file, boolean mapped, boolean forced) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("mapped-forced", true, true),
          new Way("mapped-unforced", true, false),
          new Way("written-forced", false, true),
          new Way("written-unforced", false, false));

  /**
   * Writes four files on the disk (through a memory map and through write, forced and not), cuts
   * its power and looks at what is left, on the disk and in its backing directory. To be called
   * before anything of worth is on the disk: the cut drops all unsynced data.
   *
   * @throws DiskException if the daemon fails, or the disk can not be written
   */
  public static DiskCanary prove(DiskControl control, String disk) throws DiskException {
    DiskOptions options = control.disk(disk).options();
    List<Observation> seen = new ArrayList<>();
    try {
      Path directory = options.mountPoint().resolve(DIRECTORY);
      prepare(directory, options);
      long began = System.nanoTime();
      PowerLossReport cut;
      try (Arena maps = Arena.ofShared()) {
        for (Way way : WAYS) {
          write(directory.resolve(way.file()), way, maps);
        }
        cut = control.powerLoss(PowerLoss.of(List.of(disk)));
      }
      long millis = (cut.cutNanos() - began) / 1_000_000;
      boolean early = options.dataAgeMillis() < 0 || millis < options.dataAgeMillis();
      seen.add(
          new Observation(
              cut.cutNanos(),
              early,
              "The power of disk "
                  + disk
                  + " was cut "
                  + millis
                  + " ms after the first write"
                  + (early ? "." : ", later than write-back by age: this proves nothing.")));
      for (Way way : WAYS) {
        look("on the disk", directory.resolve(way.file()), way, seen);
        look(
            "in its backing directory",
            options.backing().resolve(DIRECTORY).resolve(way.file()),
            way,
            seen);
      }
      remove(directory);
      control.sync(disk);
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException("The canary could not write on disk " + disk + ": " + e, e);
    }
    return new DiskCanary(disk, seen.stream().allMatch(Observation::expected), seen);
  }

  private static void prepare(Path directory, DiskOptions options) throws IOException {
    Files.createDirectories(directory);
    for (Way way : WAYS) {
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(way.file()),
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(2 * PAGE));
        channel.force(true);
      }
    }
    force(directory);
    force(options.mountPoint());
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] page(Way way, int generation) {
    byte[] page = new byte[PAGE];
    Arrays.fill(page, (byte) (way.file().hashCode() * 31 + generation | 1));
    return page;
  }

  /** Page 0, then the force, then page 1, which nobody forces. */
  private static void write(Path file, Way way, Arena maps) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (way.mapped()) {
        MemorySegment map = channel.map(MapMode.READ_WRITE, 0, 2 * PAGE, maps);
        MemorySegment.copy(page(way, 0), 0, map, JAVA_BYTE, 0, PAGE);
        if (way.forced()) {
          map.force();
        }
        MemorySegment.copy(page(way, 1), 0, map, JAVA_BYTE, PAGE, PAGE);
      } else {
        channel.write(ByteBuffer.wrap(page(way, 0)), 0);
        if (way.forced()) {
          channel.force(false);
        }
        channel.write(ByteBuffer.wrap(page(way, 1)), PAGE);
      }
    }
  }

  private static void look(String where, Path file, Way way, List<Observation> seen)
      throws IOException {
    byte[] found = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    String name = way.file().replace('-', ' ') + " file " + where;
    boolean first = Arrays.equals(Arrays.copyOf(found, PAGE), page(way, 0));
    boolean blank = Arrays.equals(Arrays.copyOf(found, PAGE), new byte[PAGE]);
    boolean asExpected = way.forced() ? first : blank;
    seen.add(
        new Observation(
            System.nanoTime(),
            asExpected,
            "The first page of the "
                + name
                + (first ? " survived" : blank ? " is gone" : " is neither old nor new")
                + (way.forced() ? ", and was forced." : ", and was not forced.")));
    byte[] second = Arrays.copyOfRange(found, Math.min(PAGE, found.length), found.length);
    boolean gone = Arrays.equals(second, new byte[second.length]);
    seen.add(
        new Observation(
            System.nanoTime(),
            gone,
            "The second page of the "
                + name
                + (gone ? " is gone" : " survived")
                + ", and was not forced."));
  }

  private static void remove(Path directory) throws IOException {
    for (Way way : WAYS) {
      Files.deleteIfExists(directory.resolve(way.file()));
    }
    Files.deleteIfExists(directory);
  }
}
