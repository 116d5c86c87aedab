package org.ordeal.checks.linearizability;

/**
 * A sequential object whose states are numbers. Kinds are the distinct (code, cells) of the
 * operations of one partition. Not thread-safe: states are numbered as they are met.
 */
interface Automaton {

  /** No state. */
  int NONE = -1;

  /** The first state. */
  int initial();

  /**
   * A state that an operation can lead to.
   *
   * @param n which of them, from 0; only where a result is unknown is there more than one
   * @return the state, or {@link #NONE} if there is no {@code n}th
   */
  int next(int state, Kind kind, int n);

  /**
   * Tells that all completions before a position are done, so that states from which no way leads
   * on can be left out.
   */
  default void advance(int position) {}

  /** A state in words, for the reader of a counterexample. */
  String show(int state);

  /**
   * A sort of operation: all operations of a partition with equal cells.
   *
   * @param f code
   * @param a first cell
   * @param b second cell
   * @param observer whether it never changes the state
   */
  record Kind(byte f, int a, int b, boolean observer) {

    boolean is(byte code, int first, int second) {
      return f == code && a == first && b == second;
    }
  }
}
