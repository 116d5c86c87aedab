package org.ordeal.runner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the known names that a misspelt one was probably meant to be. */
public final class Suggestions {

  private static final int MOST = 3;

  private Suggestions() {}

  /**
   * One sentence to put behind "there is no such name": the nearest names, or all of them where
   * none is near.
   */
  public static String sentence(String name, Iterable<String> known) {
    List<String> near = nearest(name, known);
    if (!near.isEmpty()) {
      return "Did you mean " + String.join(" or ", near) + "?";
    }
    List<String> all = new ArrayList<>();
    known.forEach(all::add);
    return all.isEmpty() ? "None is known." : "Known: " + String.join(", ", all) + ".";
  }

  /** Up to three known names within a third of the name's length in edits, nearest first. */
  public static List<String> nearest(String name, Iterable<String> known) {
    record Scored(String name, int distance) {}
    String wanted = name.toLowerCase(Locale.ROOT);
    List<Scored> scored = new ArrayList<>();
    for (String candidate : known) {
      String lower = candidate.toLowerCase(Locale.ROOT);
      int distance =
          lower.startsWith(wanted) && wanted.length() >= 2 ? 0 : editDistance(wanted, lower);
      if (distance <= Math.max(1, Math.min(wanted.length(), lower.length()) / 3)) {
        scored.add(new Scored(candidate, distance));
      }
    }
    return scored.stream()
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .limit(MOST)
        .map(Scored::name)
        .toList();
  }

  /** Levenshtein distance with transpositions of neighbours counted as one edit. */
  private static int editDistance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1);
        best = Math.min(best, cost[i - 1][j - 1] + same);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
