package org.ordeal.checks.linearizability;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides a log, in O(n log n): offsets say in which order the appends took effect, so all that is
 * open is when.
 *
 * <p>Let {@code t(o)} be the moment at which offset {@code o} was appended. It lies after its
 * append was invoked, after every read that found nothing at {@code o} was invoked, after every
 * max-offset read that returned {@code o} was invoked (its <em>release</em>); before its append
 * completed, before every read that found it completed, before every max-offset read that returned
 * more than {@code o} completed (its <em>deadline</em>); and after {@code t(o - 1)}. Each read can
 * be put right after the later of its invocation and the append that it needs, so nothing else
 * matters. Taking each {@code t(o)} as early as the releases up to {@code o} allow, the history is
 * linearizable just if every one comes before its deadline.
 *
 * <p>An append that never completed fills an offset that no completed append has. Where a read
 * tells the value there, it must be one with this value; elsewhere any will do. Which goes where is
 * a matching by deadline: offsets with a known value take the latest append that is early enough,
 * and the earliest are left to the others.
 */
final class LogSweep {

  static final String NAME = "log-sweep";

  private static final int NONE = -1;

  private final Partition partition;
  private final int appends;
  private int needed;

  /** By offset: the row that appended it, the first row that tells its value. */
  private int[] appender = {};

  private int[] witness = {};

  /** By offset: the row whose invocation is the release, whose completion is the deadline. */
  private int[] release = {};

  private int[] deadline = {};

  private LogSweep(Partition partition) {
    this.partition = partition;
    int count = 0;
    for (int row = 0; row < partition.size; row++) {
      count += partition.f[row] == LogModel.APPEND ? 1 : 0;
    }
    this.appends = count;
  }

  /** Decides. */
  static Decision decide(Partition partition) {
    LogSweep sweep = new LogSweep(partition);
    Decision wrong = sweep.length();
    wrong = wrong != null ? wrong : sweep.values();
    if (wrong != null) {
      return wrong;
    }
    sweep.times();
    wrong = sweep.fillGaps();
    return wrong != null ? wrong : sweep.schedule();
  }

  /** How long the log must have become; fails where there were not that many appends. */
  private @Nullable Decision length() {
    int longest = NONE;
    for (int row = 0; row < partition.size; row++) {
      if (!partition.completed(row)) {
        continue;
      }
      if (partition.b[row] == Partition.IMPOSSIBLE) {
        return Decision.fail(
            NAME, "the answer is at another offset, or of another value, than was asked for", row);
      }
      int length = lengthShown(row);
      if (length > needed) {
        needed = length;
        longest = row;
      }
    }
    if (needed > appends) {
      return Decision.fail(
          NAME,
          "this shows a log of "
              + (needed >= 1 << 30 ? "a billion or more" : String.valueOf(needed))
              + " entries, but only "
              + appends
              + " appends were ever invoked",
          longest);
    }
    appender = filled(needed);
    witness = filled(needed);
    release = filled(needed);
    deadline = filled(needed);
    return null;
  }

  private static int[] filled(int size) {
    int[] rows = new int[size];
    Arrays.fill(rows, NONE);
    return rows;
  }

  /** The least length of the log that a completed row proves. */
  private int lengthShown(int row) {
    return switch (partition.f[row]) {
      case LogModel.MAX_OFFSET -> partition.b[row];
      case LogModel.READ -> partition.a[row] == ValueTable.NULL ? 0 : partition.b[row] + 1;
      default -> partition.b[row] + 1;
    };
  }

  /** Whose value is where; fails where two disagree. */
  private @Nullable Decision values() {
    for (int row = 0; row < partition.size; row++) {
      if (!partition.completed(row) || partition.f[row] == LogModel.MAX_OFFSET) {
        continue;
      }
      int offset = partition.b[row];
      if (partition.f[row] == LogModel.APPEND) {
        if (appender[offset] != NONE) {
          return Decision.fail(
              NAME, "two appends were given the same offset", appender[offset], row);
        }
        appender[offset] = row;
      } else if (partition.a[row] == ValueTable.NULL) {
        continue;
      }
      if (witness[offset] == NONE) {
        witness[offset] = row;
      } else if (partition.a[witness[offset]] != partition.a[row]) {
        return Decision.fail(
            NAME, "two different values were at the same offset", witness[offset], row);
      }
    }
    return null;
  }

  /** Releases and deadlines, but for the releases of appends that never completed. */
  private void times() {
    for (int row = 0; row < partition.size; row++) {
      if (!partition.completed(row)) {
        continue;
      }
      int length = lengthShown(row);
      if (length > 0) {
        int offset = length - 1;
        if (deadline[offset] == NONE || partition.ret[row] < partition.ret[deadline[offset]]) {
          deadline[offset] = row;
        }
      }
      boolean releases = partition.f[row] != LogModel.READ || partition.a[row] == ValueTable.NULL;
      int offset = partition.b[row];
      if (releases && offset < needed) {
        release(offset, row);
      }
    }
    for (int offset = needed - 2; offset >= 0; offset--) {
      int next = deadline[offset + 1];
      if (deadline[offset] == NONE
          || (next != NONE && partition.ret[next] < partition.ret[deadline[offset]])) {
        deadline[offset] = next;
      }
    }
  }

  private void release(int offset, int row) {
    if (release[offset] == NONE || partition.call[row] > partition.call[release[offset]]) {
      release[offset] = row;
    }
  }

  private int before(int offset) {
    return deadline[offset] == NONE ? Partition.NEVER : partition.ret[deadline[offset]];
  }

  private @Nullable Decision fillGaps() {
    int gaps = 0;
    for (int offset = 0; offset < needed; offset++) {
      gaps += appender[offset] == NONE ? 1 : 0;
    }
    if (gaps == 0) {
      return null;
    }
    boolean[] used = new boolean[partition.size];
    takeLoosened(used);
    Decision wrong = fillKnown(used);
    return wrong != null ? wrong : fillOthers(used);
  }

  /** Appends that were loosened know their offset and can go nowhere else. */
  private void takeLoosened(boolean[] used) {
    for (int row = 0; row < partition.size; row++) {
      if (!spare(row) || partition.b[row] == Partition.UNKNOWN) {
        continue;
      }
      used[row] = true;
      int offset = partition.b[row];
      boolean free = offset >= 0 && offset < needed && appender[offset] == NONE;
      if (free && (witness[offset] == NONE || partition.a[witness[offset]] == partition.a[row])) {
        appender[offset] = row;
        release(offset, row);
      }
    }
  }

  private boolean spare(int row) {
    return partition.f[row] == LogModel.APPEND && !partition.completed(row);
  }

  /** Gaps whose value a read tells take the latest append of this value that is early enough. */
  private @Nullable Decision fillKnown(boolean[] used) {
    Map<Integer, int[]> byValue = new HashMap<>();
    Map<Integer, Integer> counts = new HashMap<>();
    for (int offset = 0; offset < needed; offset++) {
      if (appender[offset] == NONE && witness[offset] != NONE) {
        byValue.put(partition.a[witness[offset]], new int[4]);
      }
    }
    for (int row = 0; row < partition.size; row++) {
      int[] rows = spare(row) && !used[row] ? byValue.get(partition.a[row]) : null;
      if (rows != null) {
        int count = counts.merge(partition.a[row], 1, Integer::sum);
        if (count > rows.length) {
          rows = Arrays.copyOf(rows, count * 2);
          byValue.put(partition.a[row], rows);
        }
        rows[count - 1] = row;
      }
    }
    // Deadlines never fall from one offset to the next, so one walk over the rows of a value does:
    // what is early enough for one offset is so for all that follow.
    Map<Integer, Stack> early = new HashMap<>();
    for (int offset = 0; offset < needed; offset++) {
      if (appender[offset] != NONE || witness[offset] == NONE) {
        continue;
      }
      int value = partition.a[witness[offset]];
      int count = counts.getOrDefault(value, 0);
      Stack stack = early.computeIfAbsent(value, v -> new Stack(count));
      int[] rows = byValue.getOrDefault(value, new int[0]);
      while (stack.next < count && partition.call[rows[stack.next]] < before(offset)) {
        stack.rows[stack.size++] = rows[stack.next++];
      }
      if (stack.size == 0) {
        return Decision.fail(
            NAME,
            "a value was read that nobody appended, or not yet, or not as often",
            rowsAt(offset));
      }
      int row = stack.rows[--stack.size];
      used[row] = true;
      appender[offset] = row;
      release(offset, row);
    }
    return null;
  }

  /** Appends of one value that are early enough and not used, the latest on top. */
  private static final class Stack {
    private final int[] rows;
    private int size;
    private int next;

    Stack(int capacity) {
      rows = new int[capacity];
    }
  }

  /** Gaps that nobody ever read take what is left, first come, first served. */
  private @Nullable Decision fillOthers(boolean[] used) {
    int row = 0;
    for (int offset = 0; offset < needed; offset++) {
      if (appender[offset] != NONE) {
        continue;
      }
      while (row < partition.size && (!spare(row) || used[row])) {
        row++;
      }
      if (row == partition.size || partition.call[row] >= before(offset)) {
        return Decision.fail(
            NAME,
            "the log was longer than the appends that can have filled it: nothing can be at offset "
                + offset,
            rowsAt(offset));
      }
      appender[offset] = row;
      release(offset, row);
      row++;
    }
    return null;
  }

  private int[] rowsAt(int offset) {
    return Arrays.stream(new int[] {witness[offset], deadline[offset]})
        .filter(row -> row != NONE)
        .distinct()
        .toArray();
  }

  private Decision schedule() {
    int latest = NONE;
    for (int offset = 0; offset < needed; offset++) {
      int row = release[offset];
      if (row != NONE && (latest == NONE || partition.call[row] > partition.call[latest])) {
        latest = row;
      }
      if (latest != NONE && partition.call[latest] > before(offset)) {
        return Decision.fail(NAME, reason(latest), latest, deadline[offset]);
      }
    }
    return Decision.pass(NAME);
  }

  private String reason(int released) {
    return switch (partition.f[released]) {
      case LogModel.READ ->
          "a read found nothing at an offset that was there before the read began";
      case LogModel.MAX_OFFSET -> "the end of the log was behind what was there before";
      default -> "an append was given an offset below what was there before it began";
    };
  }
}
