package org.ordeal.faults.disk.volume;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The changes of names that are not durable yet, oldest first. Guarded by the volume's name-space
 * lock, except for {@link #isEmpty()}, {@link #added()} and {@link #oldestNanos()}.
 */
final class Journal {
  private final List<Change> changes = new ArrayList<>();
  private final Consumer<Inode> unconcerned;
  private volatile long oldestNanos;
  private volatile int size;
  private volatile long added;

  /** Where committed changes go. */
  interface Commit {
    void apply(Change change) throws IOException;
  }

  /**
   * An empty journal.
   *
   * @param unconcerned told of each object when the last change that concerns it was committed
   */
  Journal(Consumer<Inode> unconcerned) {
    this.unconcerned = unconcerned;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** When its oldest change was made, by {@link System#nanoTime()}; meaningless if it is empty. */
  long oldestNanos() {
    return oldestNanos;
  }

  void add(Change change) {
    if (changes.isEmpty()) {
      oldestNanos = System.nanoTime();
    }
    changes.add(change);
    change.objects().forEach(object -> object.journaled++);
    size = changes.size();
    long made = added + 1; // alone, under the name-space lock
    added = made;
  }

  /** How many changes were ever made; may be asked without the lock. */
  long added() {
    return added;
  }

  /** Commits everything, in order. */
  void commitAll(Commit commit) throws IOException {
    commitFirst(changes.size(), commit);
  }

  /** Commits the oldest changes. What could not be committed stays. */
  void commitFirst(int count, Commit commit) throws IOException {
    int done = 0;
    try {
      while (done < count) {
        Change change = changes.get(done);
        commit.apply(change);
        done++;
        committed(change);
      }
    } finally {
      changes.subList(0, done).clear();
      size = changes.size();
      oldestNanos = System.nanoTime();
    }
  }

  /** Commits what touches a directory, and what that needs to have happened before. */
  void commitDirectory(Inode directory, Commit commit) throws IOException {
    Set<Inode> needed = new HashSet<>();
    needed.add(directory);
    List<Change> selected = new ArrayList<>();
    boolean moves = false;
    for (int i = changes.size() - 1; i >= 0; i--) {
      Change change = changes.get(i);
      if ((moves && change.movesDirectory()) || touches(change, needed)) {
        selected.add(change);
        needed.addAll(change.dependsOn());
        moves |= change.movesDirectory();
      }
    }
    List<Change> inOrder = selected.reversed();
    Set<Change> done = Collections.newSetFromMap(new IdentityHashMap<>());
    try {
      for (Change change : inOrder) {
        commit.apply(change);
        done.add(change);
        committed(change);
      }
    } finally {
      changes.removeIf(done::contains);
      size = changes.size();
    }
  }

  private static boolean touches(Change change, Set<Inode> directories) {
    for (Inode directory : change.dependsOn()) {
      if (directories.contains(directory)) {
        return true;
      }
    }
    return false;
  }

  private void committed(Change change) {
    for (Inode object : change.objects()) {
      object.journaled--;
      if (object.journaled == 0) {
        unconcerned.accept(object);
      }
    }
  }

  /** Directories that a change touches, in the order of their first change. */
  List<Inode> directories() {
    Set<Inode> all = new LinkedHashSet<>();
    for (Change change : changes) {
      all.addAll(change.directories());
    }
    return List.copyOf(all);
  }

  void clear() {
    changes.clear();
    size = 0;
  }
}
