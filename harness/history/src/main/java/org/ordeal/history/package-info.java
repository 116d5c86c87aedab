/**
 * What happened in a run: operations, histories and the run directory.
 *
 * <p>A <em>history</em> is the list of everything that clients did, in real-time order: each
 * operation begins with an {@code invoke} and ends with {@code ok}, {@code fail} (certainly had no
 * effect) or {@code info} (may have happened, at any time later, or never). The words are Jepsen's.
 *
 * <p>{@link org.ordeal.history.Operation} is one line of a history. The run directory keeps a
 * history beside the plan, the results and the logs; {@link org.ordeal.history.Results} and {@link
 * org.ordeal.history.Schedule} are its other documents. Everything else in Ordeal imports this
 * package; it imports nothing of Ordeal.
 */
@NullMarked
package org.ordeal.history;

import org.jspecify.annotations.NullMarked;
