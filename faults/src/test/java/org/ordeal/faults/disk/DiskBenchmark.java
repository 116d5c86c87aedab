package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what a message store asks of a disk: 4 KiB map and force, 4 KiB write and fsync, 1 MiB
 * sequential writes.
 *
 * <p>{@code DiskBenchmark ROUNDS LABEL=DIRECTORY...}, by {@code benchmarks/disk-speed.sh}: the
 * directories take turns, round by round, so that a busy machine hits all alike; the median of the
 * rounds is printed, and its ratio to the first directory.
 */
public final class DiskBenchmark {
  private static final int SMALL = 4096;
  private static final int LARGE = 1 << 20;
  private static final int SMALL_OPERATIONS = 200;
  private static final int LARGE_OPERATIONS = 64;

  private DiskBenchmark() {}

  /** One thing to measure; returns operations a second. */
  private interface Measure {
    double run(Path directory) throws IOException;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    List<String> labels = new ArrayList<>();
    List<Path> directories = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      String[] pair = args[i].split("=", 2);
      labels.add(pair[0]);
      directories.add(Path.of(pair[1]));
    }
    report("4 KiB map + force, 1/s", rounds, labels, directories, DiskBenchmark::mapAndForce);
    report("4 KiB write + fsync, 1/s", rounds, labels, directories, DiskBenchmark::writeAndSync);
    report("1 MiB write, MiB/s", rounds, labels, directories, DiskBenchmark::sequential);
  }

  private static void report(
      String title, int rounds, List<String> labels, List<Path> directories, Measure measure)
      throws IOException {
    List<List<Double>> results = new ArrayList<>();
    directories.forEach(d -> results.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < directories.size(); i++) {
        results.get(i).add(measure.run(directories.get(i)));
      }
    }
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-26s", title));
    double first = 0;
    for (int i = 0; i < labels.size(); i++) {
      List<Double> sorted = results.get(i).stream().sorted().toList();
      double median = sorted.get(sorted.size() / 2);
      first = i == 0 ? median : first;
      line.append(
          String.format(Locale.ROOT, "  %s %.0f (%.2fx)", labels.get(i), median, median / first));
    }
    System.out.println(line);
  }

  private static double mapAndForce(Path directory) throws IOException {
    Path file = directory.resolve("throughput.map");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer map =
          channel.map(MapMode.READ_WRITE, 0, (long) (SMALL_OPERATIONS + 20) * SMALL);
      byte[] page = new byte[SMALL];
      long began = 0;
      for (int i = -20; i < SMALL_OPERATIONS; i++) {
        began = i == 0 ? System.nanoTime() : began;
        page[0] = (byte) i;
        map.put((i + 20) * SMALL, page);
        map.force((i + 20) * SMALL, SMALL);
      }
      return SMALL_OPERATIONS / seconds(began);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double writeAndSync(Path directory) throws IOException {
    Path file = directory.resolve("throughput.write");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocateDirect(SMALL);
      long began = 0;
      for (int i = -20; i < SMALL_OPERATIONS; i++) {
        began = i == 0 ? System.nanoTime() : began;
        channel.write(page.clear());
        channel.force(false);
      }
      return SMALL_OPERATIONS / seconds(began);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double sequential(Path directory) throws IOException {
    Path file = directory.resolve("throughput.sequential");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(LARGE);
      long began = System.nanoTime();
      for (int i = 0; i < LARGE_OPERATIONS; i++) {
        channel.write(block.clear());
      }
      return LARGE_OPERATIONS / seconds(began);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
