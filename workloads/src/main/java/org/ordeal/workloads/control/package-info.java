/**
 * How the harness tells a client node what to do.
 *
 * <p>The harness dials the client node's control port on the loopback interface (no proxy lies
 * between them: control must work while the load's links are cut) and writes {@link
 * org.ordeal.workloads.control.Request requests}, one JSON object a line:
 *
 * <pre>{@code
 * -> {"id":1,"request":{"do":"setup","workload":"durability","layout":{...},"timeoutMillis":30000}}
 * <- {"id":1,"reply":{"is":"set-up","queues":["t0-broker0-0", ...]}}
 * -> {"id":2,"request":{"do":"load", ...}}
 * <- {"id":2,"reply":{"is":"done"}}
 * -> {"id":3,"request":{"do":"progress"}}
 * <- {"id":3,"reply":{"is":"progress","attempted":1200,"ok":1190, ...}}
 * }</pre>
 *
 * <p>Requests may overlap: answers carry the id of their request. A client node that was killed has
 * closed its connection; every request still open then fails with an {@link java.io.IOException}
 * that says so.
 *
 * <p>{@link org.ordeal.workloads.control.ClientControl} is the harness's side, {@code
 * org.ordeal.workloads.client.ControlServer} the other.
 */
@NullMarked
package org.ordeal.workloads.control;

import org.jspecify.annotations.NullMarked;
