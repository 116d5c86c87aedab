package org.ordeal.checks;

import java.io.IOException;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;

/**
 * Something that judges a history. Implementations are found by {@link java.util.ServiceLoader},
 * have a public constructor without arguments, keep no state between calls and are thread-safe.
 */
public interface HistoryCheck {

  /** Unique name, such as {@code linearizable-log}, used on the command line and in results. */
  String name();

  /** One sentence: what must hold for this check to pass. */
  String description();

  /**
   * Judges a history.
   *
   * @param history may be opened more than once
   * @param budget past it the verdict is {@link org.ordeal.history.Verdict#UNKNOWN} with the
   *     reason, never a guess
   * @throws IOException if the history cannot be read
   * @throws org.ordeal.history.HistoryFormatException if the history is corrupt
   * @throws IllegalArgumentException if the history holds operations that this check does not know
   */
  CheckResult check(HistorySource history, CheckBudget budget) throws IOException;
}
