/**
 * Clusters of processes on this machine: nothing to install, no rights needed.
 *
 * <p>Linux answers on every address of 127.0.0.0/8, so each node gets addresses of its own. A run
 * reserves a <em>slot</em> s, 1 to 200, by a lock on a file, and with it every address 127.s.x.y:
 *
 * <pre>
 *   127.s.0.(10+j)        where broker n_j really listens      ns_j: 40+j     c_j: 70+j
 *   127.s.(1+i).(10+j)    where node i, by number, sees n_j: a proxy of the embedded Toxiproxy
 *                         listens there on the same port numbers and leads to the real ones
 * </pre>
 *
 * Each node's JVM has a hosts file of its own in which its own name is its real address and every
 * other name an address of its view, so unmodified software dials proxies without knowing it. A
 * port that heeds no address (Apache's DLedger and HA servers listen on all) takes a number that is
 * unique on the machine, 20000 + 60 s + k, below the range from which the kernel takes numbers for
 * outgoing connections.
 *
 * <p>Nothing is left behind. Nodes end with the harness (the kernel sends them SIGKILL when the
 * thread that started them ends, where {@code setpriv} is installed); what even that cannot reach
 * is written into the slot's register, with pid and start time, and is stopped by whoever next
 * looks at the slot.
 */
@NullMarked
package org.ordeal.runner.process;

import org.jspecify.annotations.NullMarked;
