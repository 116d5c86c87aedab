package org.ordeal.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.FileSystemDisk;

/**
 * How fast members append and read, and what a forced write costs through a channel and through
 * mapped memory. A program, not a test: {@code java ... org.ordeal.replication.StoreBenchmark
 * DIRECTORY MEMBERS SECONDS}. Compare lines of one run only.
 */
final class StoreBenchmark {
  private static final int FORCES = 300;

  private StoreBenchmark() {}

  public static void main(String[] args) throws Exception {
    var root = Path.of(args[0]);
    var seconds = Integer.parseInt(args[2]);
    for (var size : new int[] {512, 4096, 65_536}) {
      forcedWrites(root, size);
    }
    for (var flush : Flush.values()) {
      for (var inFlight : new int[] {1, 16, 256}) {
        for (var size : new int[] {200, 4096}) {
          appends(root, Integer.parseInt(args[1]), flush, inFlight, size, seconds);
        }
      }
    }
    System.exit(0);
  }

  private static void say(String line) {
    System.out.println(line.toLowerCase(Locale.ROOT));
  }

  private static void forcedWrites(Path root, int size) throws IOException {
    var channelNanos = 0L;
    var mappedNanos = 0L;
    var bytes = ByteBuffer.allocateDirect(size);
    var options =
        new StandardOpenOption[] {
          StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE
        };
    var plain = root.resolve("channel");
    var mapped = root.resolve("mapped");
    try (var channel = FileChannel.open(plain, options);
        var other = FileChannel.open(mapped, options)) {
      var map = other.map(FileChannel.MapMode.READ_WRITE, 0, (long) FORCES * size);
      for (var i = 0; i < FORCES; i++) { // By turns, so that noise hits both.
        var start = System.nanoTime();
        channel.write(bytes.clear(), (long) i * size);
        channel.force(false);
        var middle = System.nanoTime();
        map.put(i * size, bytes, 0, size);
        map.force(i * size, size);
        channelNanos += middle - start;
        mappedNanos += System.nanoTime() - middle;
      }
    }
    Files.delete(plain);
    Files.delete(mapped);
    say(
        "forced write of %d bytes: channel %d us, mapped %d us"
            .formatted(size, channelNanos / FORCES / 1000, mappedNanos / FORCES / 1000));
  }

  private static void appends(
      Path root, int members, Flush flush, int inFlight, int size, int seconds) throws Exception {
    var directory = Files.createTempDirectory(root, "bench");
    var group = Drafts.members(members);
    var replicas = new java.util.ArrayList<Replica>();
    for (var member : group) {
      replicas.add(Replicas.open(Drafts.config(directory, group, member.id(), flush, 1L << 30)));
    }
    Replica leader = null;
    while (leader == null) {
      leader = replicas.stream().filter(one -> one.role().leads()).findFirst().orElse(null);
      Thread.onSpinWait();
    }
    measure(leader, members, flush, inFlight, size, seconds);
    replicas.forEach(Replica::close);
    Checkpoints.deleteTree(new FileSystemDisk(), directory);
  }

  private static void measure(
      Replica leader, int members, Flush flush, int inFlight, int size, int seconds)
      throws Exception {
    var permits = new Semaphore(inFlight);
    var stored = new LongAdder();
    var body = "x".repeat(size);
    var forcesBefore = leader.status().fsyncs();
    var start = System.nanoTime();
    var end = start + TimeUnit.SECONDS.toNanos(seconds);
    for (var i = 0; System.nanoTime() < end; i++) {
      permits.acquire();
      var _ =
          leader
              .append(List.of(Drafts.draft("T", i % 8, body)))
              .whenComplete(
                  (outcome, _) -> {
                    if (outcome instanceof AppendOutcome.Appended) {
                      stored.increment();
                    }
                    permits.release();
                  });
    }
    permits.acquire(inFlight);
    var took = (System.nanoTime() - start) / 1e9;
    var forces = leader.status().fsyncs() - forcesBefore;
    var readStart = System.nanoTime();
    var read = 0L;
    for (var queue = 0; queue < 8; queue++) {
      for (var offset = 0L; offset < leader.maxOffset("T", queue); ) {
        var fetch = leader.fetch("T", queue, offset, 32, 1 << 20, Replica.TagFilter.ALL);
        offset = fetch.nextOffset();
        read += fetch.count();
      }
    }
    say(
        "members %d %s in flight %d size %d: %.0f appends/s, %.1f appends/force, %.0f reads/s"
            .formatted(
                members,
                flush,
                inFlight,
                size,
                stored.sum() / took,
                forces == 0 ? 0.0 : (double) stored.sum() / forces,
                read / ((System.nanoTime() - readStart) / 1e9)));
  }
}
