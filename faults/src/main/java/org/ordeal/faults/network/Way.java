package org.ordeal.faults.network;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Everything that one node says to another.
 *
 * @param from who speaks
 * @param to who is spoken to
 */
record Way(String from, String to) {

  /** Both ways between every node of one side and every node of the other. */
  static Set<Way> between(Collection<String> side, Collection<String> other) {
    Set<Way> ways = new LinkedHashSet<>();
    for (String a : side) {
      for (String b : other) {
        if (!a.equals(b)) {
          ways.add(new Way(a, b));
          ways.add(new Way(b, a));
        }
      }
    }
    return ways;
  }
}
