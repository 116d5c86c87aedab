/**
 * What must hold in a history.
 *
 * <p>A {@link org.ordeal.checks.HistoryCheck} reads a history and returns a {@link
 * org.ordeal.history.CheckResult}: {@code pass}, {@code fail} with the fewest operations that show
 * it, or {@code unknown} with the reason. A wrong {@code pass} is the worst thing that a check can
 * do, a wrong {@code fail} the second worst; not to know is honest. So every check has a {@link
 * org.ordeal.checks.CheckBudget}, and says when it ran out.
 *
 * <p>{@link org.ordeal.checks.linearizability} decides whether a history could have been made by an
 * object that does one operation at a time.
 */
@NullMarked
package org.ordeal.checks;

import org.jspecify.annotations.NullMarked;
