/**
 * From a schedule that fails to a smaller one that still does.
 *
 * <p>The schedule is an input like any other, so it is shrunk by delta debugging: run it again with
 * fewer faults, then with shorter ones, then with a shorter load, and keep what still fails in the
 * same way. What a schedule does is not the same each time, so each candidate is run up to a number
 * of times and counts as failing when one of these fails; the result is confirmed by repeats, and
 * the share of them that failed is told.
 */
@NullMarked
package org.ordeal.runner.shrink;

import org.jspecify.annotations.NullMarked;
