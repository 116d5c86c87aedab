/**
 * Linearizability: could an object that does one operation at a time have made this history?
 *
 * <p>A history is <em>linearizable</em> (Herlihy and Wing, 1990) if every operation can be given
 * one moment between its invocation and its completion such that, taken in the order of these
 * moments, the operations are what a sequential object would do. Operations of different keys are
 * different objects, and each object can be judged by itself.
 *
 * <h2>What an incomplete operation says</h2>
 *
 * <ul>
 *   <li>{@code fail}: it certainly had no effect, and is left out. Only under {@code
 *       cas-register-strict} does a failed cas say something: that the value differed at some
 *       moment of its run. A failed dequeue does not say that the queue was empty.
 *   <li>{@code info}, or no completion: it takes effect at one moment after its invocation, however
 *       late, or never. What only observes (read, get, max-offset) then says nothing. A cas takes
 *       effect only where it meets its {@code from}; a dequeue removes some value, nobody knows
 *       which; an append gets whatever offset is the next.
 *   <li>A dequeue that completed with {@code null} found the queue empty at some moment of its run.
 *   <li>A read of a log that completed with {@code [offset, null]} found the log no longer than
 *       {@code offset} at some moment of its run. A log has no gaps: an offset that was never shown
 *       by a completed append must have been filled by one that never completed.
 * </ul>
 *
 * <h2>How it is decided</h2>
 *
 * {@link org.ordeal.checks.linearizability.FrontierEngine} decides any model. Where values are
 * unique there are faster ways: {@link org.ordeal.checks.linearizability.RegisterZones}, {@link
 * org.ordeal.checks.linearizability.QueueSweep}, {@link
 * org.ordeal.checks.linearizability.LogSweep}; each says in its documentation where it comes from
 * and returns nothing where it does not apply. All of them work on a {@link
 * org.ordeal.checks.linearizability.Partition}: the operations on one object as columns of numbers.
 * Tests hold every one of them against trying all orders.
 *
 * <p>A failure is explained by a {@link org.ordeal.checks.linearizability.Counterexample}: the
 * first completion by which no order is left, and the fewest operations that show it.
 *
 * <p>{@link org.ordeal.checks.linearizability.SequentialModel} is for models of your own.
 */
@NullMarked
package org.ordeal.checks.linearizability;

import org.jspecify.annotations.NullMarked;
