/**
 * The NameServer: where clients learn which broker holds which topic.
 *
 * <p>Each broker registers with each NameServer by itself, and again at intervals and upon every
 * change. NameServers keep what they are told in memory, in a {@link
 * org.ordeal.nameserver.RouteTable}, and never talk to each other: with one of them down, or
 * telling old news, clients and brokers go on with the others. A broker that falls silent is
 * forgotten when its own bound is over; one whose connection ends is forgotten at once.
 *
 * <p><b>A registration belongs to a connection.</b> What ends or expires a registration names the
 * connection that carried it, and nothing happens when a newer registration has come over another
 * connection in the meantime. Apache's NameServer lacks this check, so that the late close of an
 * old connection wipes the fresh registration of a broker that has long come back (rocketmq#11043).
 *
 * <p><b>Two masters.</b> A master registers with {@code dataVersion.stateVersion} equal to the term
 * in which it leads. A registration as master from a term lower than that of the master known here
 * is refused, so that a leader of yesterday which wakes up never takes over the route.
 */
@NullMarked
package org.ordeal.nameserver;

import org.jspecify.annotations.NullMarked;
