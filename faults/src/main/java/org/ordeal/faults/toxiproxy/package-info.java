/**
 * Breaks the network between processes: a server of Toxiproxy's HTTP API, inside this JVM.
 *
 * <p>A <em>proxy</em> listens at one address and carries every connection made to it to one
 * <em>upstream</em> address. Bytes from the one who connected flow <em>upstream</em>, bytes back to
 * it flow <em>downstream</em>; each direction of each connection is a <em>link</em>. A
 * <em>toxic</em> sits in one direction of one proxy and delays, throttles, cuts or drops what
 * passes. All of these words are Toxiproxy's, and so is the HTTP API through which proxies and
 * toxics are made and changed: whatever drives the Go server drives this one.
 *
 * <p>Why it exists: where no container runtime and no Go tool chain is at hand, a run must still be
 * able to cut any link. And why it answers byte for byte as the Go server (2.12.0) does: the faults
 * speak to both through one client and must not be able to tell them apart. What the Go server says
 * is written down in a transcript that the tests replay against both.
 *
 * <p>The rooms, from the outside in:
 *
 * <pre>
 *   EmbeddedToxiproxy            start, close, statistics
 *     HttpFrontDoor              HTTP in, HTTP out; every request runs on a virtual thread
 *       ToxiproxyApi             routes, status codes, bodies
 *         RequestBodies, GoJson  what a body means, with the error sentences of Go's decoder
 *         ProxyCollection        proxies by name
 *           Proxy                one listener, its connections
 *             ToxicCollection    the toxics of both directions
 *             Connection         client and upstream channel, on one event loop
 *               ToxicLink        one direction: source, stages, destination
 *                 ToxicStage     one toxic on one link, and what it holds back
 * </pre>
 *
 * <p>Threads: everything that belongs to a connection runs on that connection's event loop and
 * needs no lock. API calls take the proxy's lock, change the list of toxics, then post the change
 * to each connection's event loop and wait until all have made it, so that a toxic is in force when
 * the call that added it returns.
 *
 * <p>Without toxics a link hands each buffer it reads to the other socket as it is, without a copy,
 * and stops reading when the other side does not keep up.
 */
@NullMarked
package org.ordeal.faults.toxiproxy;

import org.jspecify.annotations.NullMarked;
