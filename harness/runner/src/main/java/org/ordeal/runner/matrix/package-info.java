/**
 * The durability matrix: topology x flush mode x fault, what is promised and what was measured.
 *
 * <p>A <em>cell</em> is one configuration under one fault; it is run for a number of seeds. Each
 * run leaves an <em>entry</em>, a small file of its own, so that a matrix that was broken off goes
 * on where it stopped, and shards that ran on many machines are merged by putting their entries
 * together. A cell's outcome follows from its entries alone.
 *
 * <p>A cell that may lose and never did is "not shown": it is the control that says whether the
 * harness can see a loss at all, so a matrix with one is inconclusive, not passed. How much a cell
 * in which nothing was lost says is told by the upper confidence bound on the share of runs that
 * lose ({@link org.ordeal.runner.matrix.Binomial}).
 */
@NullMarked
package org.ordeal.runner.matrix;

import org.jspecify.annotations.NullMarked;
