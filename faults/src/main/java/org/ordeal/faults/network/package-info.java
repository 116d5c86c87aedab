/**
 * Faults of the network, made by toxics on the proxies between nodes.
 *
 * <p>Terms. A <em>link</em> is dialled by one node to a port of another; requests travel upstream
 * on it and answers downstream. A <em>way</em> from a to b is everything that a says to b: upstream
 * on the links that a dialled, downstream on those that b dialled. Whoever wants a to be deaf to b
 * cuts one way; whoever wants them separated cuts both.
 *
 * <p>Every toxic carries the id of its injection in its name, so several faults can lie on one
 * link, and healing one takes away its own toxics only.
 *
 * <p>Evidence is a probe: a harmless request sent through the proxy before the fault, while it is
 * in force and after it was healed, together with the bytes that the proxy took in and did not give
 * out. A fault took if at least one probe shows its effect and none contradicts it; a probe of a
 * node that is dead or frozen says nothing.
 */
@NullMarked
package org.ordeal.faults.network;

import org.jspecify.annotations.NullMarked;
