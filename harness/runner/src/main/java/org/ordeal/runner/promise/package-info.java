/**
 * What an acknowledgement promises, and whether a run kept it.
 *
 * <p>{@link org.ordeal.runner.promise.Promises} is the table: topology and flush mode across, what
 * a fault does to a group of replicas ({@link org.ordeal.runner.promise.Strike}) down, and in each
 * cell a {@link org.ordeal.runner.promise.Promise}. "Keeps" is a promise: one lost acknowledged
 * message is a failure. "May lose" is none: a loss there is reported as permitted, and such a cell
 * serves as a positive control, since a harness that never sees a loss there proves nothing
 * elsewhere. The table is that of the documentation for the configuration given; where a system
 * does less, that is a finding and not a new promise.
 *
 * <p>{@link org.ordeal.runner.promise.Judgement} turns what the checks found, the promise and the
 * strength of the run into the one verdict.
 */
@NullMarked
package org.ordeal.runner.promise;

import org.jspecify.annotations.NullMarked;
