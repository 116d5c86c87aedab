package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The states of a queue: what is in it, in order of age, or in order of number if unordered. */
final class QueueAutomaton implements Automaton {

  private static final int BYTES_PER_STATE = 120;
  private static final int MOST_SHOWN = 12;

  /** What is in the queue, as a key of a map. */
  private static final class Content {
    private final int[] values;

    Content(int[] values) {
      this.values = values;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content content && Arrays.equals(values, content.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private final Partition partition;
  private final boolean fifo;
  private final Limits limits;
  private final List<Content> contents = new ArrayList<>();
  private final Map<Content, Integer> numbers = new HashMap<>();

  QueueAutomaton(Partition partition, boolean fifo, Limits limits) {
    this.partition = partition;
    this.fifo = fifo;
    this.limits = limits;
    number(new int[0]);
  }

  private int number(int[] values) {
    Content content = new Content(values);
    Integer number = numbers.putIfAbsent(content, contents.size());
    if (number != null) {
      return number;
    }
    limits.take(BYTES_PER_STATE + 4L * values.length);
    contents.add(content);
    return contents.size() - 1;
  }

  @Override
  public int initial() {
    return 0;
  }

  @Override
  public int next(int state, Kind kind, int n) {
    int[] values = contents.get(state).values;
    if (kind.f() == QueueModel.ENQUEUE) {
      return n > 0 ? NONE : number(with(values, kind.a()));
    }
    if (kind.a() == ValueTable.NULL) {
      return n == 0 && values.length == 0 ? state : NONE;
    }
    if (kind.a() == Partition.UNKNOWN) {
      int choices = fifo ? Math.min(1, values.length) : values.length;
      return n < choices ? number(without(values, n)) : NONE;
    }
    if (n > 0) {
      return NONE;
    }
    int at = fifo ? (values.length > 0 && values[0] == kind.a() ? 0 : -1) : find(values, kind.a());
    return at < 0 ? NONE : number(without(values, at));
  }

  private static int find(int[] values, int value) {
    int at = Arrays.binarySearch(values, value);
    return Math.max(at, -1);
  }

  private int[] with(int[] values, int value) {
    int[] more = Arrays.copyOf(values, values.length + 1);
    int at = values.length;
    while (!fifo && at > 0 && more[at - 1] > value) {
      more[at] = more[at - 1];
      at--;
    }
    more[at] = value;
    return more;
  }

  private static int[] without(int[] values, int index) {
    int[] fewer = new int[values.length - 1];
    System.arraycopy(values, 0, fewer, 0, index);
    System.arraycopy(values, index + 1, fewer, index, fewer.length - index);
    return fewer;
  }

  @Override
  public String show(int state) {
    int[] values = contents.get(state).values;
    if (values.length == 0) {
      return "the queue is empty";
    }
    StringBuilder text = new StringBuilder(fifo ? "the queue holds, oldest first, " : "it holds ");
    for (int i = 0; i < values.length; i++) {
      if (i == MOST_SHOWN) {
        return text.append(" and ").append(values.length - i).append(" more").toString();
      }
      text.append(i == 0 ? "" : ", ").append(Values.show(partition.values.value(values[i])));
    }
    return text.toString();
  }
}
