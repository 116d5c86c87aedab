package org.ordeal.faults.disk.volume;

import static org.ordeal.faults.disk.volume.PagePool.PAGE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The content of one regular file: what is in the {@link BackingFile}, and the unsynced pages above
 * it.
 *
 * <pre>
 *   0            floor         durable size          size
 *   |── backing ───|·· zeros ········|···· zeros ······|      and dirty pages over all of it
 * </pre>
 *
 * <p>Thread-safe by its own monitor.
 */
final class FileData {
  private static final int STAGING = 1 << 20;

  /** Where pages that lie apart in the pool are put together for one write: one for each thread. */
  private static final ThreadLocal<MemorySegment> STAGE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STAGING, PAGE));

  private final PagePool pool;
  private final Counters counters;
  private final DirtyPages pages = new DirtyPages();

  private final BackingFile backing;
  private long size;
  private long explicitSize = -1;
  private boolean rewritten;

  FileData(PagePool pool, Counters counters, long durableSize) {
    this.pool = pool;
    this.counters = counters;
    this.size = durableSize;
    this.backing = new BackingFile(durableSize, counters);
  }

  synchronized long size() {
    return size;
  }

  synchronized long durableSize() {
    return backing.size();
  }

  synchronized int fd() {
    return backing.fd();
  }

  synchronized int dirtyPages() {
    return pages.dirty();
  }

  /** Pages held in memory, forsaken ones included. */
  synchronized int pages() {
    return pages.pages();
  }

  /** Hands over the open backing file. */
  synchronized void attach(int descriptor) {
    backing.attach(descriptor);
  }

  /** Closes the backing file, if it is open. */
  synchronized void detach() {
    backing.detach();
  }

  /** Whether a size or a truncation waits to be committed with the metadata. */
  synchronized boolean sizePending() {
    return backing.isCutPending() || explicitSize >= 0;
  }

  /**
   * 512-byte blocks in use, as {@code stat} tells: those of the backing file and the unsynced ones.
   */
  synchronized long blocks(long backingBlocks) {
    long known = backing.blocks(backingBlocks);
    long bound = (size + PAGE - 1) / PAGE * (PAGE / 512);
    return Math.min(Math.max(bound, known), known + (long) pages.dirty() * (PAGE / 512));
  }

  /** Reads up to {@code length} bytes, fewer at the end of the file. */
  synchronized int read(long offset, int length, MemorySegment into) throws IOException {
    if (offset >= size) {
      return 0;
    }
    int count = (int) Math.min(length, size - offset);
    backing.read(offset, count, into);
    if (!pages.isEmpty()) {
      long end = offset + count;
      pages.forEach(
          offset / PAGE,
          (end - 1) / PAGE,
          (page, slot, dirty) -> {
            long from = Math.max(offset, page * PAGE);
            long to = Math.min(end, (page + 1) * PAGE);
            MemorySegment.copy(
                pool.memory(),
                (long) slot * PAGE + from - page * PAGE,
                into,
                from - offset,
                to - from);
          });
    }
    return count;
  }

  /**
   * Takes bytes in. Where it fails, what it has placed stays, as after a short write.
   *
   * @param reserved a slot for each page that is touched
   */
  synchronized void write(
      long offset, int length, MemorySegment from, long now, PagePool.Reservation reserved)
      throws IOException {
    long end = offset + length;
    int dirtyBefore = pages.dirty();
    try {
      for (long page = offset / PAGE; page <= (end - 1) / PAGE; page++) {
        long start = Math.max(offset, page * PAGE);
        int bytes = (int) (Math.min(end, (page + 1) * PAGE) - start);
        int slot = pages.slot(page);
        if (slot < 0) {
          slot = bytes < PAGE ? takeFilled(page, reserved) : reserved.take();
        }
        MemorySegment.copy(
            from, start - offset, pool.memory(), (long) slot * PAGE + start - page * PAGE, bytes);
        pages.dirty(page, slot, now);
        size = Math.max(size, start + bytes);
      }
    } finally {
      counters.dirtyPages.add(pages.dirty() - dirtyBefore);
    }
    counters.bytesWritten.add(length);
  }

  /** A slot that holds what is durable of a page. */
  private int takeFilled(long page, PagePool.Reservation reserved) throws IOException {
    int slot = reserved.take();
    try {
      backing.read(page * PAGE, PAGE, pool.memory().asSlice((long) slot * PAGE, PAGE));
    } catch (IOException e) {
      reserved.giveBack(slot);
      throw e;
    }
    return slot;
  }

  /** Sets the size, as metadata. */
  synchronized void resize(long newSize) {
    if (newSize < size) {
      backing.truncate(newSize);
      drop(newSize);
      rewritten |= newSize == 0;
    }
    size = newSize;
    explicitSize = newSize;
  }

  /** Whether the file was truncated to nothing since it was last flushed. */
  synchronized boolean rewritten() {
    return rewritten;
  }

  private void drop(long newSize) {
    int dropped = pages.removeIf(page -> page * PAGE >= newSize, pool);
    counters.dirtyPages.add(-dropped);
    int within = (int) (newSize % PAGE);
    if (within > 0) {
      int slot = pages.slot(newSize / PAGE);
      if (slot >= 0) {
        pool.memory().asSlice((long) slot * PAGE + within, PAGE - within).fill((byte) 0);
      }
    }
  }

  /** Marks a range as preallocated, so that writes to it need no new space. */
  synchronized void preallocated(long end) {
    backing.preallocated(end);
  }

  /**
   * Makes a range read as zeros. Whole pages are punched out of the backing file at once: a hole
   * that survives a cut although nobody synced it is one that a kernel could have committed.
   */
  synchronized void punch(long offset, long end) throws IOException {
    long firstWhole = (offset + PAGE - 1) / PAGE;
    long lastWhole = end / PAGE;
    if (firstWhole < lastWhole) {
      int dropped = pages.removeIf(page -> page >= firstWhole && page < lastWhole, pool);
      counters.dirtyPages.add(-dropped);
      backing.punch(firstWhole, lastWhole);
    }
  }

  /** How many bytes a write of this range would have to allocate. */
  synchronized long unallocated(long offset, long end) throws IOException {
    long missing = 0;
    for (long page = offset / PAGE; page <= (end - 1) / PAGE; page++) {
      if (pages.slot(page) < 0 && !backing.isAllocated(page)) {
        missing += PAGE;
      }
    }
    return missing;
  }

  /** Commits truncations and explicit sizes, not data. The backing file must be open. */
  synchronized void commitSize() throws IOException {
    backing.cutToFloor();
    backing.extend(explicitSize);
    explicitSize = -1;
  }

  /**
   * Makes all of it durable; with {@code host}, on the host's disk too. The backing file must be
   * open.
   */
  synchronized void flush(boolean host) throws IOException {
    backing.cutToFloor();
    writePages(0, Long.MAX_VALUE / PAGE - 1);
    backing.extend(size);
    explicitSize = -1;
    rewritten = false;
    if (host) {
      backing.sync();
    }
  }

  /** Writes one chunk back. Returns how many pages that were. */
  synchronized int writeBack(long chunk) throws IOException {
    backing.cutToFloor();
    long first = chunk * DirtyPages.CHUNK_PAGES;
    return writePages(first, first + DirtyPages.CHUNK_PAGES - 1);
  }

  /** Tells of each chunk that has dirty pages, and since when. */
  synchronized void collectDirty(ChunkVisitor visitor) {
    pages.forEachDirtyChunk(visitor);
  }

  /** What {@link #collectDirty} calls. */
  interface ChunkVisitor {
    void chunk(long number, long sinceNanos);
  }

  private int writePages(long from, long to) throws IOException {
    if (pages.dirty() == 0) {
      return 0;
    }
    Run run = new Run();
    pages.forEach(
        from,
        to,
        (page, slot, dirty) -> {
          if (dirty) {
            run.add(page, slot);
          }
        });
    run.write();
    int written = pages.removeIf(p -> p >= from && p <= to && !pages.isForsaken(p), pool);
    counters.dirtyPages.add(-written);
    return written;
  }

  /** Pages that follow one another in the file, gathered into one write. */
  private final class Run {
    private long first = -1;
    private int count;
    private int firstSlot;
    private boolean staged;

    void add(long page, int slot) throws IOException {
      boolean follows = count > 0 && page == first + count && count * PAGE < STAGING;
      if (!follows) {
        write();
        first = page;
        firstSlot = slot;
        count = 1;
        return;
      }
      if (!staged && slot != firstSlot + count) {
        MemorySegment.copy(
            pool.memory(), (long) firstSlot * PAGE, STAGE.get(), 0, (long) count * PAGE);
        staged = true;
      }
      if (staged) {
        MemorySegment.copy(
            pool.memory(), (long) slot * PAGE, STAGE.get(), (long) count * PAGE, PAGE);
      }
      count++;
    }

    void write() throws IOException {
      if (count > 0) {
        MemorySegment source =
            staged ? STAGE.get() : pool.memory().asSlice((long) firstSlot * PAGE);
        backing.write(
            first * PAGE, source, (int) Math.min((long) count * PAGE, size - first * PAGE));
      }
      count = 0;
      staged = false;
    }
  }

  /**
   * A sync fails: what it should have written stays visible while memory lasts, and is never
   * written.
   */
  synchronized int forsake() {
    int forsaken = pages.forsake();
    counters.dirtyPages.add(-forsaken);
    rewritten = false;
    return forsaken;
  }

  /** Forgets forsaken pages, as a page cache under pressure does. */
  synchronized int evictForsaken() {
    int before = pages.pages();
    if (before > pages.dirty()) {
      pages.removeIf(pages::isForsaken, pool);
    }
    return before - pages.pages();
  }

  /** The backing file was replaced by a shorter or longer one behind our back. */
  synchronized void damaged(long newDurableSize) {
    boolean followed = size == backing.size() && pages.dirty() == 0;
    backing.replaced(newDurableSize);
    if (followed || size < newDurableSize || pages.dirty() == 0) {
      size = newDurableSize;
    }
  }

  /** Drops all pages; returns how many were dirty. */
  synchronized int dropAll() {
    int dropped = pages.removeIf(page -> true, pool);
    counters.dirtyPages.add(-dropped);
    return dropped;
  }

  /**
   * Lets a cut look at each dirty page; {@code survivor} says how many bytes of it reach the
   * platter all the same.
   *
   * @param growth whether bytes beyond the durable size may: their size is metadata
   */
  synchronized int cut(Survivor survivor, @Nullable Kept kept, boolean growth) throws IOException {
    int before = pages.dirty();
    if (kept != null && backing.isOpen() && !backing.isCutPending()) {
      long limit = growth ? size : Math.min(size, backing.size());
      pages.forEach(
          0,
          Long.MAX_VALUE / PAGE - 1,
          (page, slot, dirty) -> {
            if (dirty) {
              int from = survivor.from(page);
              int to = (int) Math.min(survivor.to(page), limit - page * PAGE);
              if (from < to) {
                backing.write(
                    page * PAGE + from,
                    pool.memory().asSlice((long) slot * PAGE + from),
                    to - from);
                kept.page(page, to - from < Math.min(PAGE, limit - page * PAGE));
              }
            }
          });
    }
    return before;
  }

  /** Which bytes of an unsynced page survive: {@code [from, to)}, empty for none. */
  interface Survivor {
    int from(long page);

    int to(long page);
  }

  /** Told of each page that survived. */
  interface Kept {
    void page(long page, boolean torn);
  }
}
