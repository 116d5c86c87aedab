/**
 * Queues seen as logs: every anomaly that a history of sends, reads and drains can show.
 *
 * <p><b>The model.</b> A queue is a log: a sequence of messages with offsets 0, 1, 2 and so on. A
 * send appends one message, some time between its invocation and its completion, and is told the
 * offset. Every offset from the first to the end holds exactly one message, for good. (In RocketMQ
 * offsets are dense: half messages of transactions and delayed messages live in queues of their
 * own, and a Raft entry that carries no message takes no queue offset. Retention removes a prefix
 * only, after hours; here a message that was acknowledged and then removed within the run counts as
 * lost.)
 *
 * <p><b>Operations</b> ({@link org.ordeal.checks.log.LogOperations}); {@code key} names the queue:
 *
 * <table>
 * <caption>Values of operations</caption>
 * <tr><th>f</th><th>invoke</th><th>ok</th></tr>
 * <tr><td>send, append</td><td>value</td><td>[offset, value]</td></tr>
 * <tr><td>read</td><td>[offset, null]</td><td>[offset, value], or [offset, null]: no message
 *     there</td></tr>
 * <tr><td>max-offset</td><td>null</td><td>n, one past the last offset</td></tr>
 * <tr><td>poll</td><td>offset</td><td>[[offset, value], ...]: from there on, maybe nothing</td></tr>
 * <tr><td>drain</td><td>offset</td><td>[[offset, value], ...] of one {@code node}, after the
 *     load</td></tr>
 * <tr><td>drain-end</td><td>null</td><td>[min, max]: that node was read from min to before max; a
 *     {@code fail}: it could not be read to its end</td></tr>
 * <tr><td>found-in-files</td><td>null</td><td>[value, ...] found on a node's disk</td></tr>
 * </table>
 *
 * <p>Values are unique. A send that ends with {@code info}, or not at all, may have been appended,
 * may be appended at any time later, or never: finding it is no anomaly, nor is missing it. One
 * whose error begins with {@code "weaker acknowledgement: "} was stored by one node at least, and
 * never counts as acknowledged. A send that ends with {@code fail} was certainly not appended.
 *
 * <p><b>What proves what.</b> Order is the order of events in the history. Only {@code read} and
 * {@code max-offset} claim to be the leader's word and can be stale; a {@code poll} or a {@code
 * drain} that sees nothing claims nothing, but what it does see must be right. Reads of drains are
 * compared with each other and with everything before. What is <em>missing</em> is judged only
 * where the history says that each node of the drain was read to its end; a node that could not be
 * read leaves it open, and the verdict at {@code unknown}.
 *
 * <p><b>Method.</b> One pass over the history with a table of values and, per queue, tables by
 * offset; then one pass over these tables: O(n) time but for hash tables, some tens of bytes for
 * each message and node. Witnesses are fetched by a second reading, a bounded number for each name;
 * counts are exact.
 */
@NullMarked
package org.ordeal.checks.log;

import org.jspecify.annotations.NullMarked;
