package org.ordeal.workloads.recorder;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.OperationType;

/**
 * The writing end of a client node's operation log.
 *
 * <p>Thread-safe and, but for the moment in which a segment is full, wait-free: producers share one
 * atomic addition. The next segment is made ready in the background, filled with zeros beforehand,
 * so that a full disk is an exception here and not a crash of the JVM in mapped memory. See the
 * package description for the layout.
 */
public final class Recorder implements AutoCloseable {

  /** Size of a segment where nothing else is asked for: about a second at 100,000 operations/s. */
  public static final int SEGMENT_BYTES = 16 << 20;

  private static final VarHandle HEADER = JAVA_LONG.varHandle();

  private final Path directory;
  private final int incarnation;
  private final int segmentBytes;
  private final long originNanos;
  private final int endProcess;
  private final AtomicInteger nextProcess;
  private final Object rollLock = new Object();
  private volatile Segment current;
  private CompletableFuture<Segment> prepared;

  /** One mapped segment and how much of it is taken; unmapped once nobody refers to it. */
  private record Segment(MemorySegment memory, AtomicLong tail, SegmentFile file) {}

  private Recorder(
      Path directory,
      int incarnation,
      int segmentBytes,
      long originNanos,
      int firstProcess,
      int endProcess)
      throws IOException {
    this.directory = directory;
    this.incarnation = incarnation;
    this.segmentBytes = segmentBytes;
    this.originNanos = originNanos;
    this.endProcess = endProcess;
    this.nextProcess = new AtomicInteger(firstProcess);
    this.current = create(0);
    this.prepared = prepare(1);
  }

  /**
   * Opens the log of a new life of a client node. Logs of former lives stay, and process numbers go
   * on behind the highest that they used.
   *
   * @param directory the client node's directory; made if need be
   * @param firstProcess first process number of this node
   * @param endProcess one past its last process number
   * @param originNanos {@link System#nanoTime()} at the start of the run
   * @param segmentBytes size of a segment; no frame can be longer
   */
  public static Recorder open(
      Path directory, int firstProcess, int endProcess, long originNanos, int segmentBytes)
      throws IOException {
    if (segmentBytes < 4096 || segmentBytes % 8 != 0) {
      throw new IllegalArgumentException(
          "A segment must have at least 4096 bytes, in steps of 8, not " + segmentBytes + ".");
    }
    Files.createDirectories(directory);
    List<SegmentFile> former = SegmentFile.in(directory);
    int incarnation = former.isEmpty() ? 0 : former.getLast().incarnation() + 1;
    int first = firstProcess;
    for (SegmentFile file : former) {
      SegmentReader reader = SegmentReader.open(file);
      for (Frame.Event event; (event = reader.next()) != null; ) {
        first = Math.max(first, event.operation().process() + 1);
      }
    }
    return new Recorder(directory, incarnation, segmentBytes, originNanos, first, endProcess);
  }

  /** A fresh process. */
  public RecordedProcess newProcess() {
    return new RecordedProcess(this, takeNumber(), null);
  }

  /** A fresh process whose operations are counted. */
  public RecordedProcess newProcess(Tally tally) {
    return new RecordedProcess(this, takeNumber(), tally);
  }

  int takeNumber() {
    int number = nextProcess.getAndIncrement();
    if (number >= endProcess) {
      throw new IllegalStateException(
          "The process numbers of this client node, up to %d, are used up: each operation of"
                  .formatted(endProcess)
              + " unknown outcome costs one. Give the node a wider range, or a shorter run.");
    }
    return number;
  }

  /** Nanoseconds since the start of the run. */
  public long now() {
    return System.nanoTime() - originNanos;
  }

  /** Appends one event; on return it survives a kill of this JVM. */
  void append(
      long time,
      long intended,
      int process,
      OperationType type,
      String f,
      @Nullable Object value,
      @Nullable String key,
      @Nullable String node,
      @Nullable String error) {
    byte[] frame = Frame.encode(time, intended, process, type, f, value, key, node, error);
    int length = frame.length;
    if (length > segmentBytes - SegmentFile.HEADER_BYTES) {
      throw new IllegalArgumentException(
          "An event of %d bytes does not fit into a segment of %d."
              .formatted(length, segmentBytes));
    }
    while (true) {
      Segment segment = current;
      long position = segment.tail.getAndAdd(length);
      if (position + length <= segmentBytes) {
        MemorySegment.copy(
            frame,
            Frame.HEADER_BYTES,
            segment.memory,
            JAVA_BYTE,
            position + Frame.HEADER_BYTES,
            length - Frame.HEADER_BYTES);
        long check = Frame.check(incarnation, segment.file.number(), position);
        HEADER.setRelease(segment.memory, position, (check << 32) | length);
        return;
      }
      roll(segment);
    }
  }

  private void roll(Segment full) {
    synchronized (rollLock) {
      if (current.file.number() == full.file.number()) {
        try {
          current = prepared.join();
        } catch (CompletionException e) {
          throw new UncheckedIOException(
              "The operation log in %s cannot grow, so nothing more can be recorded."
                  .formatted(directory),
              e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause()));
        }
        prepared = prepare(current.file.number() + 1);
      }
    }
  }

  private CompletableFuture<Segment> prepare(int number) {
    CompletableFuture<Segment> future = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("operation-log-" + number)
        .start(
            () -> {
              try {
                future.complete(create(number));
              } catch (IOException | RuntimeException | Error e) {
                future.completeExceptionally(e);
              }
            });
    return future;
  }

  private Segment create(int number) throws IOException {
    SegmentFile file = SegmentFile.of(directory, incarnation, number);
    try (FileChannel channel =
        FileChannel.open(
            file.path(),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer header =
          ByteBuffer.allocate(Math.min(segmentBytes, 1 << 20)).order(ByteOrder.LITTLE_ENDIAN);
      header.putLong(0, SegmentFile.MAGIC);
      header.putInt(8, SegmentFile.VERSION).putInt(12, incarnation).putInt(16, number);
      channel.write(header.duplicate().limit(SegmentFile.HEADER_BYTES), 0);
      ByteBuffer zeros = ByteBuffer.allocate(header.capacity());
      for (long at = SegmentFile.HEADER_BYTES; at < segmentBytes; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), segmentBytes - at));
        at += channel.write(zeros, at);
      }
      MemorySegment memory =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, segmentBytes, Arena.ofAuto());
      return new Segment(memory, new AtomicLong(SegmentFile.HEADER_BYTES), file);
    }
  }

  /** Ends this life of the log: the segment that was made ready in vain is removed. */
  @Override
  public void close() throws IOException {
    synchronized (rollLock) {
      try {
        Files.deleteIfExists(prepared.join().file.path());
      } catch (CompletionException e) {
        // It was never made: nothing to remove.
      }
    }
  }
}
