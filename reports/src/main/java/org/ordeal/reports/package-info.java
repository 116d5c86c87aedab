/**
 * Makes what people and build servers read out of what a run left behind.
 *
 * <p>In goes a <em>run directory</em>: {@code run.json} (what was run), {@code results.json} (what
 * it found), {@code executed.json} (which faults hit when), {@code history.jsonl} (what clients
 * did) and {@code latency.hlog} (how long it took). Of these only the first two must be there: a
 * run that was cut short still gets a report of what is known.
 *
 * <p>Out come {@code report.html}, {@code junit.xml}, a page for a matrix of runs and an index of a
 * store. Pages are single files that need no network and carry a content security policy that
 * forbids any; charts are SVG that is drawn here, so that a page also prints and reads without
 * scripts. The script only adds a cursor and read-outs.
 *
 * <p>Everything in a run directory may come from a hostile broker. No string of it reaches a page
 * but through {@link org.ordeal.reports.Html}, which escapes it, or {@link
 * org.ordeal.reports.PageData}, which writes JSON that cannot end a script element.
 *
 * <p>A history may have millions of operations. It is read once, in a stream; what is kept is a
 * fixed number of time bins, see {@link org.ordeal.reports.TimeBins}.
 */
@NullMarked
package org.ordeal.reports;

import org.jspecify.annotations.NullMarked;
