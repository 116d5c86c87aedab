package org.ordeal.checks.linearizability;

import java.util.Arrays;

/**
 * The states of one key of {@link KvAppendModel}: the prefixes of what was ever read, as nodes of a
 * trie, and one state for all other texts, of which no read can tell them apart. That keeps the
 * number of states in bounds whatever is appended in whatever order.
 */
final class KvAppendAutomaton implements Automaton {

  /** Any text that is no prefix of a text that was read. */
  private static final int OTHER = 0;

  private static final int EMPTY = 1;
  private static final int BYTES_PER_NODE = 40;
  private static final int FIRST_NODES = 32;

  private final Partition partition;
  private final Limits limits;
  private final String[] texts;

  /** By value number: the node at which a read of the value ends. */
  private final int[] nodeOf;

  /** By position: the row of the get that completes first of those invoked later, or -1. */
  private final int[] nextGet;

  /** By position: the earliest invocation of a put that completes later, or never. */
  private final int[] earliestPut;

  /**
   * The text that a later get returns, if no put can come before it; else {@link #OTHER}. Every
   * state has to be a beginning of it then, since all that can follow are appends.
   */
  private int goal = OTHER;

  /** By node: its place in an order in which each is followed by what it is a beginning of. */
  private final int[] place;

  /** By node: how many nodes it is a beginning of, itself included. */
  private final int[] extent;

  private char[] letter = new char[FIRST_NODES];
  private int[] parent = new int[FIRST_NODES];
  private int[] firstChild = new int[FIRST_NODES];
  private int[] sibling = new int[FIRST_NODES];
  private int nodes = 2;

  KvAppendAutomaton(Partition partition, Limits limits) {
    this.partition = partition;
    this.limits = limits;
    this.texts = new String[partition.values.size()];
    this.nodeOf = new int[texts.length];
    String last = "";
    int[] path = {EMPTY};
    for (int row = 0; row < partition.size; row++) {
      int value = partition.a[row];
      if (value == Partition.UNKNOWN) {
        continue;
      }
      if (texts[value] == null) {
        texts[value] = String.valueOf(partition.values.value(value));
      }
      if (partition.f[row] != KvAppendModel.GET || nodeOf[value] != OTHER) {
        continue;
      }
      String text = texts[value];
      int common = text.startsWith(last) ? last.length() : commonPrefix(last, text);
      if (path.length <= text.length()) {
        path = Arrays.copyOf(path, 2 * text.length() + 1);
      }
      for (int i = common; i < text.length(); i++) {
        path[i + 1] = child(path[i], text.charAt(i), true);
      }
      nodeOf[value] = path[text.length()];
      last = text;
    }
    this.place = new int[nodes];
    this.extent = new int[nodes];
    order();
    this.nextGet = new int[partition.length + 1];
    this.earliestPut = new int[partition.length + 1];
    lookAhead();
  }

  /** A node has a higher number than its parent, so that no recursion is needed. */
  private void order() {
    for (int node = nodes - 1; node >= EMPTY; node--) {
      extent[node]++;
      extent[parent[node]] += extent[node];
    }
    int[] next = new int[nodes];
    for (int node = EMPTY; node < nodes; node++) {
      place[node] = next[parent[node]];
      next[parent[node]] += extent[node];
      next[node] = place[node] + 1;
    }
  }

  private void lookAhead() {
    Arrays.fill(nextGet, -1);
    Arrays.fill(earliestPut, Partition.NEVER);
    int lasting = Partition.NEVER;
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] == KvAppendModel.GET && partition.call[row] > 0) {
        int before = partition.call[row] - 1;
        nextGet[before] = row;
      } else if (partition.f[row] == KvAppendModel.PUT) {
        if (partition.completed(row)) {
          int before = partition.ret[row];
          earliestPut[before] = Math.min(earliestPut[before], partition.call[row]);
        } else {
          lasting = Math.min(lasting, partition.call[row]);
        }
      }
    }
    earliestPut[partition.length] = lasting;
    for (int position = partition.length - 1; position >= 0; position--) {
      nextGet[position] = first(nextGet[position], nextGet[position + 1]);
      earliestPut[position] = Math.min(earliestPut[position], earliestPut[position + 1]);
    }
  }

  private int first(int one, int other) {
    if (one < 0 || other < 0) {
      return Math.max(one, other);
    }
    return partition.ret[one] < partition.ret[other] ? one : other;
  }

  @Override
  public void advance(int position) {
    int get = nextGet[position];
    goal =
        get >= 0 && earliestPut[position] > partition.ret[get] ? nodeOf[partition.a[get]] : OTHER;
  }

  private boolean leadsToGoal(int node) {
    return node != OTHER && place[node] <= place[goal] && place[goal] < place[node] + extent[node];
  }

  private static int commonPrefix(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int i = 0;
    while (i < most && one.charAt(i) == other.charAt(i)) {
      i++;
    }
    return i;
  }

  private int child(int node, char next, boolean create) {
    for (int at = firstChild[node]; at != 0; at = sibling[at]) {
      if (letter[at] == next) {
        return at;
      }
    }
    if (!create) {
      return OTHER;
    }
    if (nodes == letter.length) {
      limits.take((long) nodes * BYTES_PER_NODE);
      letter = Arrays.copyOf(letter, nodes * 2);
      parent = Arrays.copyOf(parent, nodes * 2);
      firstChild = Arrays.copyOf(firstChild, nodes * 2);
      sibling = Arrays.copyOf(sibling, nodes * 2);
    }
    int at = nodes++;
    letter[at] = next;
    parent[at] = node;
    sibling[at] = firstChild[node];
    firstChild[node] = at;
    return at;
  }

  @Override
  public int initial() {
    return EMPTY;
  }

  @Override
  public int next(int state, Kind kind, int n) {
    if (n > 0) {
      return NONE;
    }
    return switch (kind.f()) {
      case KvAppendModel.GET -> state != OTHER && nodeOf[kind.a()] == state ? state : NONE;
      case KvAppendModel.PUT -> walk(EMPTY, texts[kind.a()]);
      default -> walk(state, texts[kind.a()]);
    };
  }

  private int walk(int state, String text) {
    int at = state;
    for (int i = 0; i < text.length() && at != OTHER; i++) {
      at = child(at, text.charAt(i), false);
    }
    return goal == OTHER || leadsToGoal(at) ? at : NONE;
  }

  @Override
  public String show(int state) {
    if (state == OTHER) {
      return "the text is one that nobody ever reads the beginning of";
    }
    StringBuilder text = new StringBuilder();
    for (int at = state; at > EMPTY; at = parent[at]) {
      text.append(letter[at]);
    }
    return "the text is " + Values.show(text.reverse().toString());
  }

  @Override
  public String toString() {
    return "texts of " + partition.key + " that were read, " + nodes + " prefixes";
  }
}
