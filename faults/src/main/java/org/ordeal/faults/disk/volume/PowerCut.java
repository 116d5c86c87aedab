package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ordeal.faults.disk.MetadataMode;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport.FileLoss;
import org.ordeal.faults.disk.PowerLossReport.Loss;

/**
 * Cuts the power of several volumes in one instant: takes all their epoch locks, so that no
 * operation is under way on any of them, and forgets what is volatile.
 */
public final class PowerCut {
  private static final int SECTOR = 512;
  private static final int SECTORS = PagePool.PAGE / SECTOR;

  private final PowerLoss spec;
  private final SplittableRandom random;

  private PowerCut(PowerLoss spec) {
    this.spec = spec;
    this.random = new SplittableRandom(spec.seed());
  }

  /**
   * What happened.
   *
   * @param cutNanos the instant, by {@link System#nanoTime()}
   * @param losses one for each volume, in the order given
   */
  public record Outcome(long cutNanos, List<Loss> losses) {}

  /** A volume and how it is called. */
  public record Target(String disk, Volume volume) {}

  /**
   * Cuts.
   *
   * @param targets in the order in which all cuts take their locks: by name
   * @throws IOException if a backing directory can not be read any more
   */
  public static Outcome cut(List<Target> targets, PowerLoss spec) throws IOException {
    PowerCut cut = new PowerCut(spec);
    int locked = 0;
    try {
      for (Target target : targets) {
        target.volume().epochLock.writeLock().lock();
        locked++;
      }
      long instant = System.nanoTime();
      List<Loss> losses = new ArrayList<>();
      for (Target target : targets) {
        losses.add(cut.one(target));
      }
      return new Outcome(instant, losses);
    } finally {
      for (Target target : targets.subList(0, locked)) {
        target.volume().epochLock.writeLock().unlock();
      }
    }
  }

  private Loss one(Target target) throws IOException {
    Volume volume = target.volume();
    volume.names.lock();
    try {
      long pending = volume.pendingMetadata();
      if (random.nextDouble() < spec.keepMetadata()) {
        keepMetadata(volume);
      }
      long lostMetadata = volume.pendingMetadata();
      Tally tally = new Tally();
      List<Inode> files = new ArrayList<>();
      for (Inode inode : volume.inodes.values()) {
        if (inode.isRegular()) {
          files.add(inode);
        }
      }
      files.sort(Comparator.comparingLong(Inode::id));
      for (Inode inode : files) {
        file(volume, inode, tally);
      }
      volume.forget();
      volume.counters.pagesDropped.add(tally.lost);
      volume.counters.metadataDropped.add(lostMetadata);
      return new Loss(
          target.disk(),
          volume.epoch(),
          tally.lost,
          tally.kept,
          tally.torn,
          tally.lost * PagePool.PAGE,
          lostMetadata,
          pending - lostMetadata,
          0,
          tally.files);
    } finally {
      volume.names.unlock();
    }
  }

  private static final class Tally {
    long lost;
    long kept;
    long torn;
    final List<FileLoss> files = new ArrayList<>();
  }

  /** A commit that happened to run before the lights went out. */
  private void keepMetadata(Volume volume) throws IOException {
    if (volume.settings.metadata() == MetadataMode.EXT4) {
      long before = volume.journal.added() - volume.journal.size();
      long drawn = before + random.nextInt(volume.journal.size() + 1);
      // A size, and content that goes with a name, was journaled in its turn among the names.
      long end = volume.durability().endOfCommit(drawn);
      List<Inode> pending = volume.durability().pendingUpTo(end);
      volume.journal.commitFirst((int) (end - before), volume.tree);
      for (Inode inode : pending) {
        commit(volume, inode);
      }
    } else {
      for (Inode directory : volume.journal.directories()) {
        if (random.nextBoolean()) {
          volume.journal.commitDirectory(directory, volume.tree);
        }
      }
      for (Inode inode : volume.durability().pendingUpTo(Long.MAX_VALUE)) {
        if (random.nextBoolean()) {
          commit(volume, inode);
        }
      }
    }
  }

  private static void commit(Volume volume, Inode inode) throws IOException {
    if (inode.materialized) {
      volume.durability().commitInode(inode, volume.durability().flushesWithMetadata(inode));
      volume.durability().pendingInodes().remove(inode);
    }
  }

  private void file(Volume volume, Inode inode, Tally tally) throws IOException {
    FileData data = inode.file();
    boolean durable = !inode.durableNames.isEmpty();
    int dirty = data.dirtyPages();
    long kept = 0;
    if (dirty > 0 && durable && spec.keepData() > 0) {
      volume.tree.open(inode);
      Survivors survivors = new Survivors();
      // On ext4 a file grows in a transaction: not without all that was journaled before.
      boolean growth =
          volume.settings.metadata() == MetadataMode.STRICT || volume.pendingMetadata() == 0;
      data.cut(survivors, survivors, growth);
      kept = survivors.kept;
      tally.torn += survivors.torn;
    }
    tally.kept += kept;
    tally.lost += dirty - kept;
    long sizeAfter = durable ? data.durableSize() : -1;
    boolean changed = dirty > kept || sizeAfter != data.size();
    if (changed && inode.links > 0 && tally.files.size() < Loss.MAX_FILES) {
      tally.files.add(new FileLoss(volume.path(inode), data.size(), sizeAfter, dirty - kept));
    }
  }

  /**
   * Draws, page by page, what reaches the platter; a torn page keeps its first or its last sectors.
   */
  private final class Survivors implements FileData.Survivor, FileData.Kept {
    private final Map<Long, int[]> drawn = new HashMap<>();
    long kept;
    long torn;

    private int[] draw(long page) {
      return drawn.computeIfAbsent(
          page,
          p -> {
            if (random.nextDouble() >= spec.keepData()) {
              return new int[] {0, 0};
            }
            if (random.nextDouble() >= spec.torn()) {
              return new int[] {0, PagePool.PAGE};
            }
            int sector = random.nextInt(1, SECTORS) * SECTOR;
            return random.nextBoolean() ? new int[] {0, sector} : new int[] {sector, PagePool.PAGE};
          });
    }

    @Override
    public int from(long page) {
      return draw(page)[0];
    }

    @Override
    public int to(long page) {
      return draw(page)[1];
    }

    @Override
    public void page(long page, boolean isTorn) {
      kept++;
      torn += isTorn ? 1 : 0;
    }
  }
}
