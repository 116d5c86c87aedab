package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.ordeal.faults.disk.libc.Errno;
import org.ordeal.faults.disk.libc.ErrnoException;

/**
 * Writes dirty pages back by age and under pressure, and commits metadata by age, as a kernel's
 * flusher threads do.
 *
 * <p>Beyond half of the memory for dirty pages the oldest are written in the background; a writer
 * that finds none left writes the oldest itself before it goes on.
 *
 * <p>Age waits where the disk stands still ({@link Standstill}): else a file whose sync has failed
 * would become durable behind its back. Pressure does not: its writers wait within the epoch, and
 * no power could be cut while they did.
 */
final class WriteBack implements AutoCloseable {
  private static final long TICK_MILLIS = 200;
  private static final int BATCH = 16;

  private final Volume volume;
  private final Thread thread;
  private final Object alarm = new Object();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A chunk that may be written back. */
  private record Candidate(Inode inode, long chunk, long since) {}

  WriteBack(Volume volume) {
    this.volume = volume;
    this.thread = Thread.ofPlatform().daemon().name("write-back").start(this::run);
  }

  private void run() {
    while (!closed.get()) {
      try {
        synchronized (alarm) {
          alarm.wait(TICK_MILLIS);
        }
        tick();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | RuntimeException e) {
        System.err.println("Write-back failed and will be tried again: " + e);
      }
    }
  }

  /** One look at what is to be written back; also made by tests. */
  void tick() throws IOException {
    volume.epochLock.readLock().lock();
    try {
      // Read first: what comes after the disk has come to a standstill is younger than that.
      long now = System.nanoTime();
      if (!volume.standstill().ofDisk()) {
        writeAged(now);
      }
      while (!closed.get()
          && volume.pool.available() < volume.pool.capacity() / 2
          && writeOldest()) {
        Thread.onSpinWait();
      }
    } finally {
      volume.epochLock.readLock().unlock();
    }
  }

  private void writeAged(long now) throws IOException {
    boolean committing = commitAged(now);
    long dataAge = volume.settings.dataAgeMillis();
    if (dataAge < 0) {
      return;
    }
    long old = now - TimeUnit.MILLISECONDS.toNanos(dataAge);
    for (Candidate candidate : candidates()) {
      Inode inode = candidate.inode();
      boolean goes = !volume.standstill().of(inode) && (committing || inode.materialized);
      if (goes && candidate.since() - old <= 0) {
        write(candidate);
      }
    }
  }

  /** Commits metadata that is old enough; false if a commit would have to wait. */
  private boolean commitAged(long now) throws IOException {
    long age = volume.settings.metadataAgeMillis();
    volume.names.lock();
    try {
      if (commitTakesContentOfAFileThatStandsStill()) {
        return false;
      }
      long since = volume.durability().metadataSince();
      if (age >= 0 && since != -1 && now - since >= TimeUnit.MILLISECONDS.toNanos(age)) {
        volume.durability().commitMetadata();
      }
      return true;
    } finally {
      volume.names.unlock();
    }
  }

  /** A commit writes the content of files that were replaced, and is whole or is not made. */
  private boolean commitTakesContentOfAFileThatStandsStill() {
    for (Inode inode : volume.durability().pendingInodes()) {
      if (volume.durability().flushesWithMetadata(inode) && volume.standstill().of(inode)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Sets pages aside for a writer, who waits for write-back if there are none. No lock but the
   * epoch's may be held.
   */
  PagePool.Reservation reserve(int pages) throws IOException {
    if (pages > volume.pool.capacity()) {
      throw new ErrnoException(Errno.EFBIG, "a write larger than all memory for dirty pages");
    }
    boolean waited = false;
    PagePool.Reservation reserved;
    while ((reserved = volume.pool.reserve(pages)) == null) {
      if (!waited) {
        volume.counters.throttled.increment();
        waited = true;
      }
      if (!evict() && !writeOldest()) {
        // What there is lies with other writers, who will be done soon.
        LockSupport.parkNanos(100_000);
      }
    }
    if (volume.pool.available() < volume.pool.capacity() / 2) {
      synchronized (alarm) {
        alarm.notifyAll();
      }
    }
    return reserved;
  }

  private boolean evict() {
    int evicted = 0;
    for (Inode inode : volume.dirtyFiles) {
      evicted += inode.file().evictForsaken();
    }
    return evicted > 0;
  }

  /** Writes some of the oldest chunks; false if there is nothing to write. */
  private boolean writeOldest() throws IOException {
    List<Candidate> all = candidates();
    all.sort(Comparator.comparingLong(Candidate::since));
    int written = 0;
    for (Candidate candidate : all.subList(0, Math.min(BATCH, all.size()))) {
      written += write(candidate);
    }
    return written > 0;
  }

  private List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>();
    for (Inode inode : List.copyOf(volume.dirtyFiles)) {
      FileData data = inode.file();
      if (data.pages() == 0) {
        volume.dirtyFiles.remove(inode);
        if (data.pages() > 0) {
          volume.dirtyFiles.add(inode);
        }
        continue;
      }
      data.collectDirty((chunk, since) -> all.add(new Candidate(inode, chunk, since)));
    }
    return all;
  }

  private int write(Candidate candidate) throws IOException {
    Inode inode = candidate.inode();
    volume.durability().commitEarlier();
    if (!inode.materialized) {
      volume.durability().materialize(inode);
    }
    volume.names.lock();
    try {
      if (inode.file().fd() < 0) {
        if (!inode.isPlaced()) {
          return inode.file().dropAll();
        }
        volume.tree.open(inode);
      }
    } finally {
      volume.names.unlock();
    }
    int written = inode.file().writeBack(candidate.chunk());
    // Again: the chunk may hold bytes, or have let a truncation take effect, that came since.
    volume.durability().commitEarlier();
    volume.counters.writtenBack.add(written);
    if (inode.timesSet) {
      synchronized (inode) {
        inode.attributesPending = true;
      }
      volume.durability().pending(inode);
    }
    if (inode.opens.get() == 0 && inode.file().pages() == 0) {
      volume.names().idle(inode);
    }
    return written;
  }

  @Override
  public void close() {
    closed.set(true);
    synchronized (alarm) {
      alarm.notifyAll();
    }
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
