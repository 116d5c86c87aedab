package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Which pages of a file are in memory, and in which slots of the pool.
 *
 * <p>A page is <em>dirty</em> (to be written) or <em>forsaken</em>: a sync that failed has dropped
 * it, so it is shown to readers while memory lasts, but will never be written. Guarded by the
 * file's monitor.
 */
final class DirtyPages {
  /** Pages a chunk: 1 MiB, the largest write that the kernel hands over. */
  static final int CHUNK_PAGES = 256;

  /** A run of pages that age together. */
  static final class Chunk {
    final int[] slots = new int[CHUNK_PAGES];
    final boolean[] forsaken = new boolean[CHUNK_PAGES];
    int pages;
    int dirty;

    /** When its oldest dirty page became dirty; {@link System#nanoTime()}. */
    long sinceNanos;

    Chunk() {
      Arrays.fill(slots, -1);
    }
  }

  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();
  private int pages;
  private int dirty;

  int pages() {
    return pages;
  }

  int dirty() {
    return dirty;
  }

  boolean isEmpty() {
    return pages == 0;
  }

  /** The slot of a page, or -1. */
  int slot(long page) {
    Chunk chunk = chunks.get(page / CHUNK_PAGES);
    return chunk == null ? -1 : chunk.slots[(int) (page % CHUNK_PAGES)];
  }

  /** Adds a page, or marks it dirty again. */
  void dirty(long page, int slot, long now) {
    Chunk chunk = chunks.computeIfAbsent(page / CHUNK_PAGES, k -> new Chunk());
    int index = (int) (page % CHUNK_PAGES);
    if (chunk.dirty == 0) {
      chunk.sinceNanos = now;
    }
    if (chunk.slots[index] < 0) {
      chunk.slots[index] = slot;
      chunk.pages++;
      pages++;
      chunk.dirty++;
      dirty++;
    } else if (chunk.forsaken[index]) {
      chunk.forsaken[index] = false;
      chunk.dirty++;
      dirty++;
    }
  }

  /** Pages in order: {@code visitor} gets each page's number, slot and whether it is dirty. */
  void forEach(long fromPage, long toPage, Visitor visitor) throws IOException {
    if (pages == 0) {
      return;
    }
    for (Map.Entry<Long, Chunk> entry :
        chunks.subMap(fromPage / CHUNK_PAGES, true, toPage / CHUNK_PAGES, true).entrySet()) {
      long first = entry.getKey() * CHUNK_PAGES;
      Chunk chunk = entry.getValue();
      for (int i = 0; i < CHUNK_PAGES; i++) {
        long page = first + i;
        if (chunk.slots[i] >= 0 && page >= fromPage && page <= toPage) {
          visitor.page(page, chunk.slots[i], !chunk.forsaken[i]);
        }
      }
    }
  }

  /**
   * Removes the pages that a test selects and gives their slots back. Returns how many were dirty.
   */
  int removeIf(LongPredicate selected, PagePool pool) {
    int removedDirty = 0;
    for (Iterator<Map.Entry<Long, Chunk>> it = chunks.descendingMap().entrySet().iterator();
        it.hasNext(); ) {
      Map.Entry<Long, Chunk> entry = it.next();
      removedDirty += removeFrom(entry.getKey() * CHUNK_PAGES, entry.getValue(), selected, pool);
      if (entry.getValue().pages == 0) {
        it.remove();
      }
    }
    return removedDirty;
  }

  private int removeFrom(long first, Chunk chunk, LongPredicate selected, PagePool pool) {
    int removedDirty = 0;
    for (int i = CHUNK_PAGES - 1; i >= 0; i--) {
      if (chunk.slots[i] >= 0 && selected.test(first + i)) {
        pool.release(chunk.slots[i]);
        chunk.slots[i] = -1;
        chunk.pages--;
        pages--;
        if (chunk.forsaken[i]) {
          chunk.forsaken[i] = false;
        } else {
          chunk.dirty--;
          dirty--;
          removedDirty++;
        }
      }
    }
    return removedDirty;
  }

  /** Turns every dirty page into a forsaken one. Returns how many. */
  int forsake() {
    int count = 0;
    for (Chunk chunk : chunks.values()) {
      for (int i = 0; i < CHUNK_PAGES; i++) {
        if (chunk.slots[i] >= 0 && !chunk.forsaken[i]) {
          chunk.forsaken[i] = true;
          count++;
        }
      }
      chunk.dirty = 0;
    }
    dirty = 0;
    return count;
  }

  /** Whether a page in memory will never be written. */
  boolean isForsaken(long page) {
    Chunk chunk = chunks.get(page / CHUNK_PAGES);
    return chunk != null && chunk.forsaken[(int) (page % CHUNK_PAGES)];
  }

  /** Each chunk that has dirty pages. */
  void forEachDirtyChunk(FileData.ChunkVisitor visitor) {
    chunks.forEach(
        (number, chunk) -> {
          if (chunk.dirty > 0) {
            visitor.chunk(number, chunk.sinceNanos);
          }
        });
  }

  /** What {@link #forEach} calls. */
  interface Visitor {
    void page(long page, int slot, boolean dirty) throws IOException;
  }
}
