package org.ordeal.faults.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A power cut in the midst of writers that write and force records of many pages.
 *
 * <p>A record is {@value #PAGES} pages. Each is filled with one number, made of the writer's, the
 * record's and the page's. A writer numbers its records from 1; a place that was never written
 * holds zeros, as version 0.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CutUnderWritersTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final int RECORD = PAGES * PAGE;
  private static final int PLACES = 8;
  private static final int MOST_RECORDS = 400;
  private static final int WRITERS_OF_A_SHAPE = 2;
  private static final int ROUNDS = 4;

  /** The number of records that are written through old descriptors when the cut is over. */
  private static final int TOO_LATE = 0xffffff;

  /** How records reach a file. */
  enum Way {
    WRITTEN,
    MAPPED
  }

  /** Where in the file a record goes. */
  private enum Shape {
    /** Around and around through a file of {@value #PLACES} records. */
    PREALLOCATED,
    /** Behind the last one. */
    GROWING
  }

  @TempDir static Path directory;
  private static DiskDaemon daemon;
  private static DiskControl control;

  @BeforeAll
  static void startDaemon() throws IOException {
    daemon = DaemonOrSkip.start(directory);
    control = daemon.control();
  }

  @AfterAll
  static void stopDaemon() {
    if (daemon != null) {
      daemon.close();
    }
  }

  private static long mark(int writer, int version, int page) {
    return version == 0 ? 0 : (long) writer << 48 | (long) version << 16 | page;
  }

  private static byte[] record(int writer, int version) {
    ByteBuffer record = ByteBuffer.allocate(RECORD);
    for (int page = 0; page < PAGES; page++) {
      for (int at = 0; at < PAGE; at += Long.BYTES) {
        record.putLong(mark(writer, version, page));
      }
    }
    return record.array();
  }

  /** Writes and forces records until the disk refuses one. Used by one thread at a time. */
  private static final class Writer implements AutoCloseable {
    private final int number;
    private final Way way;
    private final Shape shape;
    private final String file;
    private final CountDownLatch untilCut;
    private final FileChannel channel;
    private final Arena maps = Arena.ofShared();
    private @Nullable MemorySegment map;

    /** The last record whose force returned. */
    private int forced;

    private volatile @Nullable Throwable stopped;
    private @Nullable RuntimeException unexpected;

    Writer(int number, Way way, Shape shape, Path mount, CountDownLatch untilCut)
        throws IOException {
      this.number = number;
      this.way = way;
      this.shape = shape;
      this.file = shape + "-" + number;
      this.untilCut = untilCut;
      this.channel =
          FileChannel.open(
              mount.resolve(file),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (shape == Shape.PREALLOCATED) {
        channel.write(ByteBuffer.allocate(PLACES * RECORD));
      }
      channel.force(true);
    }

    void run() {
      try {
        while (forced < MOST_RECORDS) {
          put(forced + 1);
          forced++;
          untilCut.countDown();
        }
      } catch (IOException | UncheckedIOException | InternalError e) {
        // The power was cut: ESTALE, or SIGBUS at a page that is gone.
        stopped = e;
      } catch (RuntimeException e) {
        stopped = e;
        unexpected = e;
      }
    }

    private void put(int version) throws IOException {
      byte[] record = record(number, version);
      long at = (shape == Shape.GROWING ? version - 1L : version % PLACES) * RECORD;
      if (way == Way.WRITTEN) {
        ByteBuffer bytes = ByteBuffer.wrap(record);
        while (bytes.hasRemaining()) {
          channel.write(bytes, at + bytes.position());
        }
        channel.force(false);
      } else {
        map = channel.map(MapMode.READ_WRITE, at, RECORD, maps);
        MemorySegment.copy(record, 0, map, JAVA_BYTE, 0, RECORD);
        map.force();
      }
    }

    /** What a process does that has not noticed yet; returns whether a force succeeded. */
    boolean goOnThroughTheOldDescriptor() {
      byte[] record = record(number, TOO_LATE);
      try {
        MemorySegment old = map;
        if (old == null) {
          channel.write(ByteBuffer.wrap(record), 0);
          channel.force(true);
        } else {
          MemorySegment.copy(record, 0, old, JAVA_BYTE, 0, RECORD);
          old.force();
        }
        return true;
      } catch (IOException | UncheckedIOException | InternalError e) {
        return false;
      }
    }

    /** Closing makes the kernel hand over the dirty pages of the maps. */
    @Override
    public void close() throws IOException {
      channel.close();
      maps.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldKeepEachForcedRecordWholeAndTheOneUnderWayWholeOrNotAtAll(Way way) throws Exception {
    rounds(way, 0);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void shouldKeepEachForcedRecordWholeWherePagesOfOthersSurvive(Way way) throws Exception {
    rounds(way, 0.5);
  }

  private static void rounds(Way way, double keep) throws Exception {
    SplittableRandom random = new SplittableRandom(20261127);
    for (int round = 0; round < ROUNDS; round++) {
      String disk = way + "-" + (keep > 0) + "-" + round;
      DiskOptions options =
          DiskOptions.of(disk, directory.resolve(disk + ".durable"), directory.resolve(disk))
              .withAges(-1, -1)
              .withHostSync(false);
      control.create(options);
      try {
        round(
            options,
            way,
            1 + random.nextInt(60),
            new PowerLoss(List.of(disk), keep, 0, keep, random.nextInt(1_000_000)));
      } finally {
        control.unmount(disk);
      }
    }
  }

  /** One cut, when so many records have been forced. */
  private static void round(DiskOptions options, Way way, int records, PowerLoss cut)
      throws Exception {
    CountDownLatch untilCut = new CountDownLatch(records);
    List<Writer> writers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try {
      for (Shape shape : Shape.values()) {
        for (int i = 0; i < WRITERS_OF_A_SHAPE; i++) {
          writers.add(new Writer(writers.size() + 1, way, shape, options.mountPoint(), untilCut));
        }
      }
      control.sync(options.name());
      for (Writer writer : writers) {
        threads.add(Thread.ofPlatform().name(writer.file).start(writer::run));
      }
      assertThat(untilCut.await(120, TimeUnit.SECONDS))
          .as(() -> "Stopped by " + writers.stream().map(writer -> writer.stopped).toList())
          .isTrue();
      control.powerLoss(cut);
      for (Thread thread : threads) {
        thread.join();
      }
      for (Writer writer : writers) {
        assertThat(writer.unexpected).isNull();
        assertThat(writer.goOnThroughTheOldDescriptor())
            .as("%s forced a record after the cut", writer.file)
            .isFalse();
      }
    } finally {
      for (Writer writer : writers) {
        writer.close();
      }
    }
    // Whatever of it the disk still held would become durable now.
    control.sync(options.name());
    assertThat(writers.stream().mapToInt(writer -> writer.forced).sum())
        .isGreaterThanOrEqualTo(records);
    for (Writer writer : writers) {
      byte[] seen = Files.readAllBytes(options.mountPoint().resolve(writer.file));
      assertThat(Files.readAllBytes(options.backing().resolve(writer.file)))
          .as("%s, on the disk and in its backing directory", writer.file)
          .isEqualTo(seen);
      check(writer, seen, cut.keepData() > 0);
    }
  }

  /**
   * A forced record is whole. The one that the cut overtook is whole, or not there at all; where a
   * part of what was not synced survives, each page of it is.
   */
  private static void check(Writer writer, byte[] seen, boolean byPage) {
    assertThat(seen.length % (byPage ? PAGE : RECORD)).as("%s", writer.file).isZero();
    int most = writer.shape == Shape.GROWING ? writer.forced + 1 : PLACES;
    int least = writer.shape == Shape.GROWING ? writer.forced : PLACES;
    assertThat(seen.length).as("%s", writer.file).isBetween(least * RECORD, most * RECORD);
    for (int place = 0; place * RECORD < seen.length; place++) {
      int pages = Math.min(PAGES, seen.length / PAGE - place * PAGES);
      int first = versionAt(writer, seen, place, 0);
      for (int page = 0; page < pages; page++) {
        int version = versionAt(writer, seen, place, page);
        assertThat(version)
            .as("%s, place %d, page %d, forced %d", writer.file, place, page, writer.forced)
            .isIn(mayStandAt(writer, place, byPage));
        if (!byPage) {
          assertThat(version)
              .as("%s, place %d, page %d", writer.file, place, page)
              .isEqualTo(first);
        }
      }
    }
  }

  private static List<Integer> mayStandAt(Writer writer, int place, boolean byPage) {
    int overtaken = writer.forced + 1;
    boolean growing = writer.shape == Shape.GROWING;
    int last = growing ? place + 1 : overtaken - Math.floorMod(overtaken - place, PLACES);
    if (last != overtaken) {
      return List.of(Math.max(0, last));
    }
    if (growing && writer.way == Way.WRITTEN && !byPage) {
      return List.of(last); // The file does not grow before what was written into it is durable.
    }
    return List.of(growing ? 0 : Math.max(0, last - PLACES), last);
  }

  /** The one version that a whole page holds; fails where it is a mixture. */
  private static int versionAt(Writer writer, byte[] seen, int place, int page) {
    ByteBuffer words = ByteBuffer.wrap(seen, place * RECORD + page * PAGE, PAGE);
    int version = (int) (words.getLong(words.position()) >>> 16) & 0xffffff;
    for (long expected = mark(writer.number, version, page); words.hasRemaining(); ) {
      long found = words.getLong();
      if (found != expected) {
        fail(
            "%s, forced %d, place %d, page %d: before byte %d stands %x, but the page begins with version %d."
                .formatted(
                    writer.file,
                    writer.forced,
                    place,
                    page,
                    words.position() % PAGE,
                    found,
                    version));
      }
    }
    return version;
  }
}
