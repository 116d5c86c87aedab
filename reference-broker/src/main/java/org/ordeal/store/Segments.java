package org.ordeal.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a commit log, oldest first; never empty. One thread at a time changes them; any
 * may look, and what {@link #all()} has returned does not change.
 */
final class Segments {
  private final Disk disk;
  private final Path directory;
  private volatile List<Segment> all;

  /**
   * @param found oldest first, at least one
   */
  Segments(Disk disk, Path directory, List<Segment> found) {
    this.disk = disk;
    this.directory = directory;
    this.all = List.copyOf(found);
  }

  List<Segment> all() {
    return all;
  }

  /** The one that is written to. */
  Segment active() {
    return all.getLast();
  }

  Segment oldest() {
    return all.getFirst();
  }

  /** The one after the oldest, which must not be the only one. */
  Segment second() {
    return all.get(1);
  }

  /** The segment that holds this index, or would; the oldest for what lies before it. */
  Segment ofIndex(long index) {
    var here = all;
    var i = here.size() - 1;
    while (i > 0 && here.get(i).firstIndex > index) {
      i--;
    }
    return here.get(i);
  }

  /** The segment that holds this position, or would; the oldest for what lies before it. */
  Segment ofPosition(long position) {
    var here = all;
    var i = here.size() - 1;
    while (i > 0 && here.get(i).base > position) {
      i--;
    }
    return here.get(i);
  }

  void add(Segment next) {
    var more = new ArrayList<>(all);
    more.add(next);
    all = List.copyOf(more);
  }

  /** Deletes the newest for good: when this returns its name is gone from the disk. */
  void deleteNewest() throws IOException {
    var here = all;
    all = List.copyOf(here.subList(0, here.size() - 1));
    delete(here.getLast());
  }

  /** Deletes the oldest for good: when this returns its name is gone from the disk. */
  void deleteOldest() throws IOException {
    var here = all;
    all = List.copyOf(here.subList(1, here.size()));
    delete(here.getFirst());
  }

  private void delete(Segment segment) throws IOException {
    disk.delete(Segment.indexPath(segment.path));
    disk.delete(segment.path);
    disk.forceDirectory(directory);
    segment.file.close();
  }
}
