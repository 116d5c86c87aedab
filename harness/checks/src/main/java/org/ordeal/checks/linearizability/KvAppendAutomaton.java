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

  private final Partition partition;
  private final Limits limits;
  private final String[] texts;

  /** By value number: the node at which a read of the value ends. */
  private final int[] nodeOf;

  /** By position: the earliest completion of a get that is invoked later. */
  private final int[] nextGet;

  /** By position: the earliest invocation of a put that completes later, or never. */
  private final int[] earliestPut;

  /** Whether no put can come between {@link #OTHER} and a get, so that it leads nowhere. */
  private boolean otherIsHopeless;

  private char[] letter = new char[64];
  private int[] parent = new int[64];
  private int[] firstChild = new int[64];
  private int[] sibling = new int[64];
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
      int common = commonPrefix(last, text);
      path = Arrays.copyOf(path, text.length() + 1);
      for (int i = common; i < text.length(); i++) {
        path[i + 1] = child(path[i], text.charAt(i), true);
      }
      nodeOf[value] = path[text.length()];
      last = text;
    }
    this.nextGet = filled(partition.length + 1);
    this.earliestPut = filled(partition.length + 1);
    lookAhead();
  }

  private static int[] filled(int size) {
    int[] positions = new int[size];
    Arrays.fill(positions, Partition.NEVER);
    return positions;
  }

  private void lookAhead() {
    int lasting = Partition.NEVER;
    for (int row = 0; row < partition.size; row++) {
      if (partition.f[row] == KvAppendModel.GET && partition.call[row] > 0) {
        int before = partition.call[row] - 1;
        nextGet[before] = Math.min(nextGet[before], partition.ret[row]);
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
      nextGet[position] = Math.min(nextGet[position], nextGet[position + 1]);
      earliestPut[position] = Math.min(earliestPut[position], earliestPut[position + 1]);
    }
  }

  @Override
  public void advance(int position) {
    int get = nextGet[position];
    otherIsHopeless = get != Partition.NEVER && earliestPut[position] > get;
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
    return at == OTHER && otherIsHopeless ? NONE : at;
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
