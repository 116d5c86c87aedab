/**
 * From a seed and options to a schedule of faults.
 *
 * <p>The same seed and options give the same {@link org.ordeal.history.Schedule} on any machine and
 * any JVM: every draw comes from {@link org.ordeal.runner.plan.SeededRandom}, whose algorithm is
 * written down here, each thing that is drawn has a stream of its own by name, and nothing depends
 * on the order of a hash table, on the clock, or on floating point. What cannot be known beforehand
 * (who will be leader then) stays open in the plan; it is filled in in {@code executed.json}.
 *
 * <pre>
 *   |&lt;- quiet -&gt;|&lt;---- slot ----&gt;|&lt;---- slot ----&gt;| ... |&lt;- quiet -&gt;|
 *   0            fault  quiet      fault  quiet               end of load
 * </pre>
 *
 * Quiet times before, between and after the faults are part of the plan: without them a run could
 * not tell what a fault did from what the cluster does anyway, nor see it recover.
 */
@NullMarked
package org.ordeal.runner.plan;

import org.jspecify.annotations.NullMarked;
