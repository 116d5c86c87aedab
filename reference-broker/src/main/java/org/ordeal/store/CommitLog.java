package org.ordeal.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit log, which is the Raft log: records one after another over segment files, addressed by
 * Raft index and by position.
 *
 * <p>A position is a byte address in the log as if it were one file from the first record ever on;
 * records have no gaps between them, so equal logs have equal positions on each member. See {@link
 * org.ordeal.store} for the picture.
 *
 * <p>Mutators ({@link #append}, {@link #truncateSuffix} and so on) are called by one thread at a
 * time; readers by any, and they never wait for a writer. After any failed write of unknown extent,
 * cut or force, {@link #failure()} is set and mutators throw until the log is opened anew.
 */
public final class CommitLog implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final String FIRST_INDEX = "first-index";
  private static final int RING = 1 << 15;

  /** What to do about records that had been forced and are not intact any more. */
  public enum OnDamage {
    /**
     * Refuse to open: in a group the other members have them, and this one must not vote as if it
     * had none.
     */
    REFUSE,
    /**
     * Keep the files under another name, serve what lies before: a log without peers has nowhere
     * else to turn.
     */
    SET_ASIDE
  }

  /**
   * Settings of a log.
   *
   * @param segmentBytes a segment that has reached this is closed
   * @param landmark which record types {@link #landmarks()} lists
   * @param clockMillis milliseconds since 1970
   */
  public record Options(
      long segmentBytes, OnDamage onDamage, IntPredicate landmark, LongSupplier clockMillis) {}

  /** A record as read: {@code payload} is a copy. */
  public record Read(LogRecord record, long position) {
    /** The position of the first payload byte. */
    public long payloadPosition() {
      return position + LogRecord.HEADER_BYTES;
    }
  }

  private final Disk disk;
  private final Path directory;
  private final Options options;
  private final FirstIndexFile firstIndexFile;
  private final Object writtenSignal = new Object();
  private final Object stableLock = new Object();
  private final Segments segments;
  private final PositionRing ring = new PositionRing(RING);
  private final RecordReader reader;
  private final LogMeter meter = new LogMeter();
  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

  private volatile long firstIndex;
  private volatile long lastIndex;
  private volatile long stable;
  private volatile long cuts;
  private volatile boolean closed;
  private volatile @Nullable IOException failure;

  private CommitLog(Disk disk, Path directory, Options options, Segments segments) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.segments = segments;
    this.reader = new RecordReader(segments, ring, directory);
    this.firstIndexFile = new FirstIndexFile(disk, directory.resolve(FIRST_INDEX));
  }

  /**
   * Opens the log, creating it where there is none; cuts a torn tail.
   *
   * @throws DamagedLogException where records that had been forced are damaged and the options say
   *     to refuse
   */
  public static CommitLog open(Disk disk, Path directory, Options options) throws IOException {
    disk.createDirectories(directory);
    var found = new LogRecovery(disk, directory, options).recover();
    if (found.isEmpty()) {
      found.add(Segment.create(disk, directory, 0, 1, 0, options.clockMillis.getAsLong()));
    }
    var log = new CommitLog(disk, directory, options, new Segments(disk, directory, found));
    log.lastIndex = log.active().lastIndex();
    log.firstIndex = Math.clamp(log.firstIndexFile.read(), log.minIndex(), log.lastIndex + 1);
    // What recovery read may still be in the page cache only: nothing is stable before it was
    // forced once.
    log.active().file.force();
    log.stable = log.active().end();
    return log;
  }

  private Segment active() {
    return segments.active();
  }

  // --- what there is

  /** The first index that the Raft log has; older records may still be readable by position. */
  public long firstIndex() {
    return firstIndex;
  }

  /** The index of the last record written, {@code firstIndex() - 1} where there is none. */
  public long lastIndex() {
    return lastIndex;
  }

  /** The position of the oldest record on disk. */
  public long minPosition() {
    return segments.oldest().base;
  }

  /** The index of the oldest record on disk. */
  public long minIndex() {
    return segments.oldest().firstIndex;
  }

  /** The position after the last record written. */
  public long maxPosition() {
    return active().end();
  }

  /** Everything below is on the disk. */
  public long stablePosition() {
    return stable;
  }

  /** Why the log takes no more, or null. */
  public @Nullable IOException failure() {
    return failure;
  }

  public LogMeter meter() {
    return meter;
  }

  /** Paths of the segment files, oldest first. */
  public List<Path> segmentPaths() {
    return segments.all().stream().map(segment -> segment.path).toList();
  }

  /** Positions of the landmark records, in order. */
  public long[] landmarks() {
    return segments.all().stream().flatMapToLong(s -> Arrays.stream(s.landmarks())).toArray();
  }

  // --- writing

  /**
   * Writes records after the last one, whose index they continue; forces them if asked to. All or
   * none count.
   *
   * @throws NoSpaceException where the disk is full: nothing was appended, and the caller may try
   *     again
   * @throws IOException otherwise, for good
   */
  public synchronized void append(List<LogRecord> records, boolean force) throws IOException {
    ensureUsable();
    meter.ioStarted();
    try {
      write(records);
      if (force) {
        force();
      }
    } finally {
      meter.ioEnded();
    }
    synchronized (writtenSignal) {
      writtenSignal.notifyAll();
    }
  }

  private void write(List<LogRecord> records) throws IOException {
    for (var from = 0; from < records.size(); ) {
      if (active().end() - active().base >= options.segmentBytes) {
        roll();
      }
      from = writeSome(records, from);
    }
  }

  /** Encodes as many records as the buffer and the segment take, writes them with one call. */
  private int writeSome(List<LogRecord> records, int from) throws IOException {
    var segment = active();
    var at = segment.end();
    buffer.clear();
    var next = from;
    while (next < records.size()) {
      var record = records.get(next);
      if (buffer.remaining() < record.size()) {
        if (buffer.position() > 0) {
          break;
        }
        buffer = ByteBuffer.allocateDirect(record.size());
      }
      if (record.index() != segment.lastIndex() + 1 + (next - from)) {
        throw fail(
            new IOException(
                "A record with index %d cannot follow the log's last index %d."
                    .formatted(record.index(), segment.lastIndex() + (next - from))));
      }
      record.encode(buffer, at, stable);
      at += record.size();
      next++;
      if (at - segment.base >= options.segmentBytes) {
        break;
      }
    }
    writeBuffer(segment);
    for (var i = from; i < next; i++) {
      var record = records.get(i);
      var position = segment.end();
      ring.put(record.index(), position);
      segment.added(
          new LogRecord.Header(
              record.size(), record.type(), record.index(), record.term(), position, 0),
          options.landmark.test(record.type()));
      meter.appended(record.size());
    }
    lastIndex = segment.lastIndex();
    if (buffer.capacity() > BUFFER_BYTES) {
      buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    }
    return next;
  }

  private void writeBuffer(Segment segment) throws IOException {
    try {
      segment.file.write(buffer.flip(), segment.fileOffset(segment.end()));
    } catch (IOException e) {
      if (!NoSpaceException.isNoSpace(e)) {
        throw fail(e);
      }
      // A write that was refused for want of room has promised nothing: cut what it left, and let
      // it be tried again.
      cutFile(segment, segment.end());
      throw new NoSpaceException("The disk under " + directory + " is full.", e);
    }
  }

  private void cutFile(Segment segment, long position) throws IOException {
    try {
      segment.file.truncate(segment.fileOffset(position));
    } catch (IOException e) {
      throw fail(e);
    }
  }

  private void roll() throws IOException {
    var full = active();
    force();
    try {
      full.saveIndex(disk);
      segments.add(
          Segment.create(
              disk,
              directory,
              full.end(),
              full.lastIndex() + 1,
              full.lastTerm(),
              options.clockMillis.getAsLong()));
    } catch (IOException e) {
      if (NoSpaceException.isNoSpace(e)) {
        throw new NoSpaceException("No room for the next segment in " + directory + ".", e);
      }
      throw fail(e);
    }
  }

  /**
   * Forces everything written so far. May run beside an append. A force that failed is never
   * repeated: the kernel may have dropped the pages and would say yes the second time.
   */
  public void force() throws IOException {
    ensureUsable();
    var cutsBefore = cuts;
    var segment = active();
    var end = segment.end();
    if (end <= stable) {
      return;
    }
    var started = System.nanoTime();
    try {
      segment.file.force();
    } catch (IOException e) {
      throw fail(e);
    }
    meter.forced(System.nanoTime() - started);
    synchronized (stableLock) {
      // A cut in the meantime may have taken back what this force has written.
      if (cuts == cutsBefore) {
        stable = Math.max(stable, end);
      }
    }
  }

  /** Writes the active segment's index down, so that a restart scans only what comes after. */
  public void saveIndex() throws IOException {
    var segment = active();
    if (segment.end() <= stable) {
      segment.saveIndex(disk);
    }
  }

  /**
   * Drops the records after {@code lastKept}. Whole segments go first, newest first, then the file
   * is cut, each step durable before the next: a crash in the middle leaves a longer log without a
   * hole, and Raft cuts it again.
   */
  public synchronized void truncateSuffix(long lastKept) throws IOException {
    ensureUsable();
    if (lastKept >= lastIndex) {
      return;
    }
    if (lastKept < minIndex() - 1) {
      throw fail(
          new IOException(
              "Cannot cut the log after index %d: its oldest record is %d."
                  .formatted(lastKept, minIndex())));
    }
    meter.ioStarted();
    try {
      var position = lastKept < minIndex() ? minPosition() : reader.positionAfter(lastKept);
      var term = reader.term(lastKept);
      synchronized (stableLock) {
        cuts++;
        stable = Math.min(stable, position);
      }
      lastIndex = lastKept;
      while (segments.all().size() > 1 && active().firstIndex > lastKept) {
        segments.deleteNewest();
      }
      var last = active();
      disk.delete(Segment.indexPath(last.path));
      disk.forceDirectory(directory);
      last.cut(position, lastKept, term);
      last.file.truncate(last.fileOffset(position));
      last.file.force();
      synchronized (stableLock) {
        cuts++;
        stable = position;
      }
    } catch (IOException e) {
      throw fail(e);
    } finally {
      meter.ioEnded();
    }
  }

  /** Moves the Raft log's first index up. The files stay until {@link #deleteBefore}. */
  public synchronized void truncatePrefix(long firstKept) throws IOException {
    ensureUsable();
    if (firstKept <= firstIndex) {
      return;
    }
    if (firstKept > lastIndex + 1) {
      throw fail(
          new IOException(
              "The Raft log cannot begin at index %d: the log on disk ends at %d."
                  .formatted(firstKept, lastIndex)));
    }
    try {
      firstIndexFile.write(firstKept);
      firstIndex = firstKept;
    } catch (IOException e) {
      throw fail(e);
    }
  }

  /**
   * Deletes the oldest segments, as long as the next one begins at or before both {@code position}
   * and the Raft log's first index; the active one stays.
   *
   * @return how many were deleted
   */
  public synchronized int deleteBefore(long position) throws IOException {
    ensureUsable();
    var deleted = 0;
    while (segments.all().size() > 1
        && segments.second().base <= position
        && segments.second().firstIndex <= firstIndex) {
      segments.deleteOldest();
      deleted++;
    }
    return deleted;
  }

  /**
   * When each segment but the active one was closed: the creation time of the next, milliseconds
   * since 1970.
   */
  public List<ClosedSegment> closedSegments() {
    var all = segments.all();
    var closedOnes = new ArrayList<ClosedSegment>();
    for (var i = 0; i + 1 < all.size(); i++) {
      var next = all.get(i + 1);
      closedOnes.add(
          new ClosedSegment(all.get(i).base, next.base, next.firstIndex, next.createdMillis));
    }
    return closedOnes;
  }

  /** A segment that grows no more: its bounds, the index after it, and when it was closed. */
  public record ClosedSegment(long base, long end, long nextIndex, long closedMillis) {}

  /** Waits until the record with this index is written (not forced) here. */
  public void awaitWritten(long index) throws IOException, InterruptedException {
    if (lastIndex >= index) {
      return;
    }
    synchronized (writtenSignal) {
      while (lastIndex < index) {
        ensureUsable();
        writtenSignal.wait(TimeUnit.SECONDS.toMillis(1));
      }
    }
  }

  private IOException fail(IOException cause) {
    if (failure == null) {
      failure = cause;
      LOG.error("The commit log in {} takes no more writes: {}", directory, cause.toString());
    }
    synchronized (writtenSignal) {
      writtenSignal.notifyAll();
    }
    return cause;
  }

  private void ensureUsable() throws IOException {
    if (closed) {
      throw new IOException("The commit log in " + directory + " is closed.");
    }
    var known = failure;
    if (known != null) {
      throw new IOException(
          "The commit log in %s has failed before (%s) and is not written any more."
              .formatted(directory, known.getMessage()),
          known);
    }
  }

  // --- reading

  /** The record with this index, checked; null where the Raft log does not have it. */
  public @Nullable Read read(long index) throws IOException {
    return index < firstIndex ? null : readRetained(index);
  }

  /**
   * Like {@link #read}, also for records before the Raft log's first index that are still on disk.
   */
  public @Nullable Read readRetained(long index) throws IOException {
    if (index < minIndex() || index > lastIndex) {
      return null;
    }
    return reader.read(index);
  }

  /** The term of a record on disk, or of the one before the oldest; 0 where that is not known. */
  public long term(long index) throws IOException {
    return index > lastIndex ? 0 : reader.term(index);
  }

  /** The position of a record on disk by its index. */
  public long positionOf(long index) throws IOException {
    return reader.positionOf(index);
  }

  /** The record that begins at this position, checked. */
  public Read readRecord(long position) throws IOException {
    return reader.readRecord(position);
  }

  /**
   * Fills a buffer with raw bytes from a position; they must lie in one segment and before {@link
   * #maxPosition()}.
   *
   * @throws IOException also where the bytes were deleted
   */
  public void readBytes(long position, ByteBuffer target) throws IOException {
    reader.readBytes(position, target);
  }

  /** How many bytes can be read from this position on in one piece; 0 where there are none. */
  public long contiguousBytes(long position) {
    return reader.contiguousBytes(position);
  }

  /** The position at which the segment that holds this position begins. */
  public long segmentBase(long position) {
    return segments.ofPosition(position).base;
  }

  /** Removes every file of a log that is not open: segments, their indexes, the first index. */
  public static void deleteFiles(Disk disk, Path directory) throws IOException {
    for (var name : disk.list(directory)) {
      if (name.matches("\\d{20}(\\.index)?") || name.equals(FIRST_INDEX)) {
        disk.delete(directory.resolve(name));
      }
    }
    disk.forceDirectory(directory);
  }

  /** Closes the files; what was not forced is left to the caller. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (var segment : segments.all()) {
      segment.file.close();
    }
    synchronized (writtenSignal) {
      writtenSignal.notifyAll();
    }
  }
}
