package org.ordeal.faults.disk.volume;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A change of names that is not in the backing directory yet. */
sealed interface Change {

  /** Directories whose sync commits it. */
  Set<Inode> directories();

  /** Directories whose earlier changes must be committed before it. */
  default Set<Inode> dependsOn() {
    return directories();
  }

  /** The objects that it concerns: gives a name or takes one away. */
  default List<Inode> objects() {
    return switch (this) {
      case Create c -> List.of(c.inode);
      case Link l -> List.of(l.inode);
      case Unlink u -> List.of(u.inode);
      case Rename r when r.replaced != null -> List.of(r.inode, r.replaced);
      case Rename r -> List.of(r.inode);
      case Exchange e -> List.of(e.inode, e.other);
    };
  }

  /**
   * Whether it moves a directory: such changes are committed in their order, lest one be moved into
   * itself.
   */
  default boolean movesDirectory() {
    return false;
  }

  /** A name for a new object. */
  record Create(Inode directory, String name, Inode inode) implements Change {
    @Override
    public Set<Inode> directories() {
      return Set.of(directory);
    }
  }

  /** A further name for an object. */
  record Link(Inode directory, String name, Inode inode) implements Change {
    @Override
    public Set<Inode> directories() {
      return Set.of(directory);
    }
  }

  /** A name is gone, and with the last one the object. */
  record Unlink(Inode directory, String name, Inode inode) implements Change {
    @Override
    public Set<Inode> directories() {
      return Set.of(directory);
    }

    @Override
    public Set<Inode> dependsOn() {
      return inode.isDirectory() ? Set.of(directory, inode) : Set.of(directory);
    }
  }

  /** A name moves, over another one if that exists. */
  record Rename(
      Inode from, String fromName, Inode to, String toName, Inode inode, @Nullable Inode replaced)
      implements Change {
    @Override
    public Set<Inode> directories() {
      return from == to ? Set.of(from) : Set.of(from, to);
    }

    @Override
    public Set<Inode> dependsOn() {
      if (replaced == null || !replaced.isDirectory()) {
        return directories();
      }
      return from == to ? Set.of(from, replaced) : Set.of(from, to, replaced);
    }

    @Override
    public boolean movesDirectory() {
      return inode.isDirectory();
    }
  }

  /** Two names trade places. */
  record Exchange(Inode from, String fromName, Inode to, String toName, Inode inode, Inode other)
      implements Change {
    @Override
    public Set<Inode> directories() {
      return from == to ? Set.of(from) : Set.of(from, to);
    }

    @Override
    public boolean movesDirectory() {
      return inode.isDirectory() || other.isDirectory();
    }
  }
}
