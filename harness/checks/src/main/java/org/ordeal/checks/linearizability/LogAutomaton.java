package org.ordeal.checks.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The states of a log, as nodes of a trie: a node is its parent with one more value at the end. */
final class LogAutomaton implements Automaton {

  private static final int BYTES_PER_STATE = 120;
  private static final int MOST_SHOWN = 8;

  private final Partition partition;
  private final Limits limits;
  private int[] parent = new int[64];
  private int[] value = new int[64];
  private int[] length = new int[64];
  private int nodes = 1;
  private final Map<Long, Integer> children = new HashMap<>();

  LogAutomaton(Partition partition, Limits limits) {
    this.partition = partition;
    this.limits = limits;
  }

  @Override
  public int initial() {
    return 0;
  }

  @Override
  public int next(int state, Kind kind, int n) {
    if (n > 0 || kind.b() == Partition.IMPOSSIBLE) {
      return NONE;
    }
    boolean fits =
        switch (kind.f()) {
          case LogModel.APPEND -> kind.b() == Partition.UNKNOWN || kind.b() == length[state];
          case LogModel.MAX_OFFSET -> kind.b() == length[state];
          default ->
              kind.a() == ValueTable.NULL
                  ? kind.b() >= length[state]
                  : kind.b() < length[state] && at(state, kind.b()) == kind.a();
        };
    if (!fits) {
      return NONE;
    }
    return kind.f() == LogModel.APPEND ? child(state, kind.a()) : state;
  }

  private int at(int state, int offset) {
    int node = state;
    while (length[node] > offset + 1) {
      node = parent[node];
    }
    return value[node];
  }

  private int child(int node, int appended) {
    Integer known = children.putIfAbsent(((long) node << 32) | appended, nodes);
    if (known != null) {
      return known;
    }
    limits.take(BYTES_PER_STATE);
    if (nodes == parent.length) {
      parent = Arrays.copyOf(parent, nodes * 2);
      value = Arrays.copyOf(value, nodes * 2);
      length = Arrays.copyOf(length, nodes * 2);
    }
    parent[nodes] = node;
    value[nodes] = appended;
    length[nodes] = length[node] + 1;
    return nodes++;
  }

  @Override
  public String show(int state) {
    List<String> last = new ArrayList<>();
    int node = state;
    while (node != 0 && last.size() < MOST_SHOWN) {
      last.add(Values.show(partition.values.value(value[node])));
      node = parent[node];
    }
    Collections.reverse(last);
    return "the log has "
        + length[state]
        + " entries"
        + (last.isEmpty() ? "" : ", the last of them " + String.join(", ", last));
  }
}
