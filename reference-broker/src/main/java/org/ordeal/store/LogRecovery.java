package org.ordeal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records that a crash has left.
 *
 * <p>Every segment but the last was forced before the next was created, so it must reach the next
 * one's base: its saved index is believed, or the file is scanned. In the last, what the saved
 * index covers was forced; the rest is scanned, and ends at the first record that is not intact.
 * Where a record behind that one is intact and says that the broken one had been forced before,
 * this is no torn tail but damage ({@link CommitLog.OnDamage}). A last batch that was forced and
 * then damaged cannot be told from one that was never forced; no log without a second copy of its
 * end can.
 */
final class LogRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

  private final Disk disk;
  private final Path directory;
  private final CommitLog.Options options;

  LogRecovery(Disk disk, Path directory, CommitLog.Options options) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
  }

  /** The segments in order, each scanned as far as it is good. */
  List<Segment> recover() throws IOException {
    var segments = openAll();
    for (var i = 0; i < segments.size(); i++) {
      var segment = segments.get(i);
      var last = i == segments.size() - 1;
      segment.loadIndex(disk);
      if (!last && segment.end() == segments.get(i + 1).base) {
        continue;
      }
      var brokenAt = scan(segment, last);
      var expectedEnd = last ? brokenAt : segments.get(i + 1).base;
      if (brokenAt != expectedEnd) {
        damage(segment, brokenAt, "the next segment begins at position " + expectedEnd);
        setAside(segments.subList(i + 1, segments.size()));
        cutTail(segment);
        return segments;
      }
    }
    return segments;
  }

  private List<Segment> openAll() throws IOException {
    var names = disk.list(directory).stream().filter(name -> name.matches("\\d{20}")).toList();
    var segments = new ArrayList<Segment>();
    for (var i = 0; i < names.size(); i++) {
      var path = directory.resolve(names.get(i));
      var segment = Segment.open(disk, path);
      if (segment != null) {
        segments.add(segment);
        continue;
      }
      // The header is forced before anything is written behind it.
      if (i < names.size() - 1 || sizeOf(path) > Segment.HEADER_BYTES) {
        damage(path, "its header is not intact");
        for (var later : names.subList(i, names.size())) {
          setAside(directory.resolve(later));
        }
        break;
      }
      LOG.warn("Deleting {}: it was being created when the node went down.", path);
      disk.delete(path);
      disk.forceDirectory(directory);
    }
    return segments;
  }

  private long sizeOf(Path path) throws IOException {
    try (var file = disk.open(path)) {
      return file.size();
    }
  }

  /** Takes in the records after the segment's known end; returns where the good ones end. */
  private long scan(Segment segment, boolean last) throws IOException {
    var limit = segment.base + Math.max(0, segment.file.size() - Segment.HEADER_BYTES);
    var scanner = new RecordScanner(segment, segment.end(), limit);
    for (var header = scanner.next(); header != null; header = scanner.next()) {
      if (header.index() != segment.lastIndex() + 1 || header.term() < segment.lastTerm()) {
        break; // Intact, but of an earlier life of these blocks.
      }
      segment.added(header, options.landmark().test(header.type()));
    }
    if (last && segment.end() < limit) {
      tornOrDamaged(segment, limit);
    }
    return segment.end();
  }

  private void tornOrDamaged(Segment segment, long limit) throws IOException {
    var behind = new RecordScanner(segment, segment.end(), limit);
    var proof = behind.proofOfDamage();
    if (proof >= 0) {
      damage(segment, segment.end(), "the intact one at %d was written after it".formatted(proof));
      keepCopy(segment, limit);
    }
    LOG.warn(
        "Cutting {} at position {}: the {} bytes behind it were being written when the node went down.",
        segment.path,
        segment.end(),
        limit - segment.end());
    cutTail(segment);
  }

  private void cutTail(Segment segment) throws IOException {
    segment.file.truncate(segment.fileOffset(segment.end()));
    segment.file.force();
  }

  private void damage(Segment segment, long position, String proof) throws IOException {
    damage(
        segment.path, "the record at position %d is not intact, and %s".formatted(position, proof));
  }

  private void damage(Path path, String what) throws IOException {
    if (options.onDamage() == CommitLog.OnDamage.REFUSE) {
      throw new DamagedLogException(
          ("The commit log is damaged in %s: %s. It had been acknowledged, so this member must not go on without it."
                  + " Remove the member from its group, empty its store and add it again: it will copy the log.")
              .formatted(path, what));
    }
    LOG.error(
        "The commit log is damaged in {}: {}. Going on without what lies behind; it is kept beside as .damaged.",
        path,
        what);
  }

  private void setAside(List<Segment> segments) throws IOException {
    for (var segment : segments) {
      segment.file.close();
      setAside(segment.path);
    }
    segments.clear();
  }

  private void setAside(Path path) throws IOException {
    disk.rename(path, path.resolveSibling(path.getFileName() + ".damaged"));
    disk.delete(Segment.indexPath(path));
    disk.forceDirectory(directory);
  }

  private void keepCopy(Segment segment, long limit) throws IOException {
    var target = segment.path.resolveSibling(segment.path.getFileName() + ".damaged");
    try (var copy = disk.open(target)) {
      var chunk = java.nio.ByteBuffer.allocate(1 << 20);
      for (var at = segment.end(); at < limit; at += chunk.limit()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), limit - at));
        segment.file.read(chunk, segment.fileOffset(at));
        copy.write(chunk.flip(), at - segment.end());
      }
      copy.force();
    }
    disk.forceDirectory(directory);
  }
}
