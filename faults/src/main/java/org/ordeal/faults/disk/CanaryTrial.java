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
import org.ordeal.faults.disk.DiskCanary.Observation;

/** The canary's trial of one disk: what it writes, and what it finds after the cut. */
final class CanaryTrial implements AutoCloseable {

  /**
   * How long unsynced metadata lies there before the cut, in milliseconds: two ticks of the disk's
   * write-back and more, so that one which commits too early is seen.
   */
  static final long WATCHED_MILLIS = 500;

  static final String DIRECTORY = ".ordeal-canary";
  private static final String UNSYNCED_NAME = "named-unforced";
  private static final int PAGE = 4096;

  /** The ways to write that are tried. */
  private record Way(String file, boolean mapped, boolean forced) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("mapped-forced", true, true),
          new Way("mapped-unforced", true, false),
          new Way("written-forced", false, true),
          new Way("written-unforced", false, false));

  private final DiskOptions options;
  private final Path directory;
  private final Arena maps = Arena.ofShared();
  private final List<Observation> seen = new ArrayList<>();
  private long began;
  private long named;
  private boolean late;
  private boolean forgot;

  private CanaryTrial(DiskOptions options) {
    this.options = options;
    this.directory = options.mountPoint().resolve(DIRECTORY);
  }

  /** Writes; the maps stay until {@link #close}. */
  static CanaryTrial begin(DiskOptions options) throws IOException {
    CanaryTrial trial = new CanaryTrial(options);
    try {
      trial.prepare();
      trial.began = System.nanoTime();
      for (Way way : WAYS) {
        trial.write(way);
      }
      // Last, since any sync before the cut may commit it.
      trial.named = System.nanoTime();
      trial.name();
    } catch (IOException | RuntimeException e) {
      trial.close();
      throw e;
    }
    return trial;
  }

  /** Cuts this disk's power, looks, and removes what the trial wrote. */
  DiskCanary end(DiskControl control) throws IOException {
    PowerLossReport cut = control.powerLoss(PowerLoss.of(List.of(options.name())));
    maps.close();
    inTime("data", began, cut, options.dataAgeMillis());
    for (Way way : WAYS) {
      look("on the disk", options.mountPoint(), way);
      look("in its backing directory", options.backing(), way);
    }
    long age = options.metadataAgeMillis();
    if (age < 0 || age >= 2 * WATCHED_MILLIS) {
      inTime("metadata", named, cut, age);
      lookForName("on the disk", options.mountPoint());
      lookForName("in its backing directory", options.backing());
    } else {
      saw(
          true,
          "Names are committed after %d ms here, so whether younger ones are gone was not tried."
              .formatted(age));
    }
    remove();
    control.sync(options.name());
    return DiskCanary.of(List.of(options.name()), seen);
  }

  @Override
  public void close() {
    if (maps.scope().isAlive()) {
      maps.close();
    }
  }

  /** The disk. */
  DiskOptions options() {
    return options;
  }

  /**
   * Whether it took so long that write-back by age may have come before the cut, and nothing was
   * seen that this does not explain.
   */
  boolean provesNothing() {
    return late && !forgot;
  }

  private void saw(boolean expected, String sentence) {
    seen.add(new Observation(System.nanoTime(), expected, sentence));
  }

  private void prepare() throws IOException {
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
  private void write(Way way) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(way.file()), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (way.mapped()) {
        // The disk may depend on this JVM (its link runs through a proxy here), and a thread in a
        // page fault reaches no safepoint: the pages are to be in the page cache before.
        channel.read(ByteBuffer.allocate(2 * PAGE), 0);
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

  /** A new name and then a new size, as a broker makes its files; nobody syncs either. */
  private void name() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(UNSYNCED_NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(2 * PAGE));
      channel.truncate(PAGE);
    }
  }

  private void inTime(String what, long since, PowerLossReport cut, long ageMillis) {
    long millis = (cut.cutNanos() - since) / 1_000_000;
    boolean inTime = ageMillis < 0 || millis < ageMillis;
    late |= !inTime;
    saw(
        inTime,
        "The power was cut %d ms after the first unsynced %s%s"
            .formatted(
                millis,
                what,
                inTime ? "." : ", later than its write-back by age: this proves nothing."));
  }

  private void look(String where, Path root, Way way) throws IOException {
    Path file = root.resolve(DIRECTORY).resolve(way.file());
    byte[] found = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    String name = way.file().replace('-', ' ') + " file " + where;
    boolean first = Arrays.equals(Arrays.copyOf(found, PAGE), page(way, 0));
    boolean blank = Arrays.equals(Arrays.copyOf(found, PAGE), new byte[PAGE]);
    forgot |= way.forced() ? !first : !first && !blank;
    saw(
        way.forced() ? first : blank,
        "The first page of the "
            + name
            + (first ? " survived" : blank ? " is gone" : " is neither old nor new")
            + (way.forced() ? ", and was forced." : ", and was not forced."));
    byte[] second = Arrays.copyOfRange(found, Math.min(PAGE, found.length), found.length);
    boolean gone = Arrays.equals(second, new byte[second.length]);
    saw(
        gone,
        "The second page of the "
            + name
            + (gone ? " is gone" : " survived")
            + ", and was not forced.");
  }

  private void lookForName(String where, Path root) {
    boolean gone = !Files.exists(root.resolve(DIRECTORY).resolve(UNSYNCED_NAME));
    saw(
        gone,
        "The file that was made and not synced %s %s."
            .formatted(gone ? "is gone" : "survived", where));
  }

  private void remove() throws IOException {
    for (Way way : WAYS) {
      Files.deleteIfExists(directory.resolve(way.file()));
    }
    Files.deleteIfExists(directory.resolve(UNSYNCED_NAME));
    Files.deleteIfExists(directory);
  }
}
