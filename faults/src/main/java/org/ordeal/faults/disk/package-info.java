/**
 * A disk that can lose power, stall, fill up, fail and lie, for processes that know nothing of it.
 *
 * <p>{@code kill -9} cannot tell a synchronous flush from an asynchronous one: the page cache
 * survives. Only a loss of power can. A <em>fault disk</em> is therefore a file system of our own
 * under an unmodified process. Its <em>durable</em> state is a plain directory (the backing
 * directory); its <em>volatile</em> state, dirty pages and metadata changes that nobody synced,
 * lives in the memory of the process that serves it. A <em>cut</em> forgets the volatile state, on
 * any number of disks in one instant.
 *
 * <p>One {@linkplain org.ordeal.faults.disk.DiskMain daemon} serves the disks of all nodes over
 * Linux FUSE. It is never the process under test: a thread in a page fault on a disk that its own
 * JVM serves can not reach a safepoint. {@link org.ordeal.faults.disk.DiskDaemon} starts and stops
 * it; {@link org.ordeal.faults.disk.DiskControl} speaks to it; {@link
 * org.ordeal.faults.disk.FuseSupport} says what a machine lacks for it; {@link
 * org.ordeal.faults.disk.DiskCanary} proves, before anybody trusts a verdict, that a cut drops what
 * was not forced and keeps what was; {@link org.ordeal.faults.disk.StaleMounts} cleans up after a
 * daemon that was killed.
 *
 * <p>Faults speak the vocabulary of Toxiproxy: a {@link org.ordeal.faults.disk.DiskToxic} has a
 * name, a type, a stream, a toxicity and attributes.
 */
@NullMarked
package org.ordeal.faults.disk;

import org.jspecify.annotations.NullMarked;
