/**
 * The files of a broker: the commit log, and what is derived from it.
 *
 * <h2>The commit log</h2>
 *
 * It is the Raft log: one record an entry, one entry a message or a batch, written once. A
 * <em>position</em> is a byte address in the log as if it were a single file that was never cut; a
 * segment file is named by the position with which it begins. Records follow each other without
 * gaps and their size depends on the entry alone, so an entry has the same position on every
 * member, and RocketMQ's {@code commitLogOffset} of a message is the position of its bytes.
 *
 * <pre>
 *   commitlog/00000000000000000000        | header | record 1 | record 2 | ... | record n   |
 *   commitlog/00000000000000000000.index  what a scan of it would find ({@code Segment})
 *   commitlog/00000000001073741931        | header | record n+1 | ...
 *   commitlog/first-index                 where the Raft log begins; segments may hold older records to be read
 *
 *   position ->   0 ............................................................................ max
 *                 |<- readable ->|<- also in the Raft log ------------------>|<- torn tail ->|
 *               min          first index                          stable            last record
 * </pre>
 *
 * {@link org.ordeal.store.LogRecord} draws a record, {@code Segment} a file's header and index.
 *
 * <h2>What survives what</h2>
 *
 * <ul>
 *   <li>A record is forced before it counts (SYNC_FLUSH) or soon after (ASYNC_FLUSH). A force that
 *       fails is never repeated: the kernel may have dropped the pages and marked them clean, so
 *       the second one would lie. The log takes no more ({@link
 *       org.ordeal.store.CommitLog#failure()}).
 *   <li>A segment's file and header are forced, and their directory, before a record is written to
 *       it; the one before is forced before that. So only the last segment can have a torn tail.
 *   <li>A tail is cut at the first record that is not intact. Each record says below which position
 *       everything was stable when it was written, so an intact record behind a broken one convicts
 *       the disk: that is damage, not a torn tail, and a member of a group refuses to open ({@link
 *       org.ordeal.store.DamagedLogException}) rather than vote as if it had never acknowledged.
 *   <li>A suffix is cut newest segment first, each deletion durable before the next, then by
 *       truncating the file: a crash in between leaves a longer log without a hole.
 *   <li>A full disk is no failure: what was written in part is cut off, and the append may be tried
 *       again.
 * </ul>
 *
 * <h2>Derived files</h2>
 *
 * {@link org.ordeal.store.ConsumeQueue} and {@link org.ordeal.store.KeyIndex} are written behind,
 * forced by checkpoints only, cut back to the last checkpoint after a crash, and rebuilt from the
 * log when they are not what that says.
 *
 * <p>Everything is read and written through {@link org.ordeal.store.Disk}, positioned and unmapped:
 * a mapped page that cannot be read or written kills the thread that touches it with an error, not
 * an exception that says why.
 */
@NullMarked
package org.ordeal.store;

import org.jspecify.annotations.NullMarked;
