/**
 * The run itself: a plan, a cluster, load and faults, the verdict, and the run directory.
 *
 * <p>A run goes through stages, each of which leaves its files before the next begins, so that a
 * crash leaves what is known: <em>plan</em>, <em>start</em>, <em>load and faults</em>,
 * <em>heal</em>, <em>drain</em>, <em>check</em>, <em>report</em>. What every command can end with
 * is an {@link org.ordeal.runner.ExitCode}; what ends a command early is an {@link
 * org.ordeal.runner.OrdealException}, which carries one sentence for the user and the code.
 *
 * <p>The harness itself never speaks RocketMQ: clients are nodes of the cluster, as brokers are.
 */
@NullMarked
package org.ordeal.runner;

import org.jspecify.annotations.NullMarked;
