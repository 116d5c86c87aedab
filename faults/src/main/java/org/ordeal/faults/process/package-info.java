/**
 * Faults of processes: a node ends without warning, freezes, or is restarted in order.
 *
 * <p>Evidence is what the operating system says of the node's process: its state in {@code /proc},
 * and its exit code once it is gone. A node counts as back when it accepts connections on every
 * port that it serves.
 */
@NullMarked
package org.ordeal.faults.process;

import org.jspecify.annotations.NullMarked;
