/**
 * The operation log of a client node, and the merge of all of them into one history.
 *
 * <p>Recording must neither hold up a client nor lose what it did. So an append is a few memory
 * writes into a mapped file: no system call, no lock, no queue. What is written is in the page
 * cache at once and survives {@code kill -9} of the client node; the machine itself is not expected
 * to crash.
 *
 * <p><b>Layout.</b> The log is a series of segments of a fixed size, {@code
 * operations.<incarnation>.<segment>.log} in the node's directory. An <em>incarnation</em> is one
 * life of the client node: one that is restarted begins a new one and leaves the old files alone.
 *
 * <pre>
 *   segment  +--------------------------------------------------------------+
 *        0   | magic "ORDEALOP"            | version, incarnation, segment  |
 *       64   | frame | frame | (hole) | frame | zeros ...                   |
 *            +--------------------------------------------------------------+
 *   frame    +---------------+---------------+------------------------------+
 *        0   | length (int)  | check (int)   | written last, with release   |
 *        8   | CRC-32C       | process       |                              |
 *       16   | time, ns since the origin                                    |
 *       24   | intended start, ns since the origin (invocations)            |
 *       32   | type | f | key | node | error | value ... | padding to 8     |
 *            +--------------------------------------------------------------+
 * </pre>
 *
 * <p>A writer reserves its frame by one atomic addition, fills it and then publishes the header. A
 * node that is killed in between leaves a <em>hole</em> of zeros, possibly with frames behind it.
 * The reader recognizes a frame by its {@code check}, a hash of its position, so that it finds the
 * next one behind a hole; the CRC then vouches for the content. What stood in the hole was an
 * invocation that had not been sent, or a completion that is lost and leaves its operation open:
 * both are safe.
 *
 * <p>Frames are <em>nearly</em> in order of time. {@link
 * org.ordeal.workloads.recorder.HistoryMerge} puts them in order exactly, however far a thread was
 * delayed between reading the clock and writing its frame.
 */
@NullMarked
package org.ordeal.workloads.recorder;

import org.jspecify.annotations.NullMarked;
