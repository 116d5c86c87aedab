/**
 * The HTTP interface of the disk daemon on loopback, in the manner of Toxiproxy's: its server and
 * its client.
 *
 * <p>Bodies are JSON; an error answers {@code {"error": sentence, "status": code}}.
 */
@NullMarked
package org.ordeal.faults.disk.control;

import org.jspecify.annotations.NullMarked;
