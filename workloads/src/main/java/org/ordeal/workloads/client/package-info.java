/**
 * The client node: a JVM that puts load on a broker with the unmodified Apache client.
 *
 * <p>{@link org.ordeal.workloads.client.ClientMain} reads its configuration ({@code -c FILE}),
 * opens the operation log, writes the address of its control port into {@code control.address} in
 * its directory and then does what the harness asks: create topics, load, stop, drain. It must be
 * free to die at any moment, because it is a target for faults as well: whatever it has recorded is
 * in the page cache, not in its heap, and an operation is recorded as invoked before its first byte
 * is sent.
 *
 * <p>This package and {@code org.ordeal.workloads.recorder} are all that a client node loads of
 * Ordeal besides the records of {@code org.ordeal.history} and the workloads themselves, so that
 * the same client node runs on any version of the Apache client whose jars the harness puts on its
 * class path.
 */
@NullMarked
package org.ordeal.workloads.client;

import org.jspecify.annotations.NullMarked;
