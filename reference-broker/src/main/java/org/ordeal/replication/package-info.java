/**
 * How one broker of a group keeps its messages: the seam between request handling and the
 * replicated log.
 *
 * <p>A {@link org.ordeal.replication.Replica} is this node's member of a broker group. In {@code
 * dledger} mode the group has three or more members and the commit log of each <em>is</em> its Raft
 * log; in {@code single} mode the group has one member and everything else is the same.
 *
 * <p>One message goes: {@link org.ordeal.replication.Replica#append} → an entry of the Raft log,
 * written once to the commit log → stable on a majority (fsynced there under {@code SYNC_FLUSH}, in
 * the page cache under {@code ASYNC_FLUSH}) → applied, which gives it its queue offset, the same on
 * each member → {@link org.ordeal.replication.AppendOutcome.Appended}. Reads see applied messages
 * only, so that nothing which could still vanish in a change of leader is ever read.
 *
 * <p><b>Reading and staleness.</b> Every method that reads answers from this member's applied state
 * and never blocks on other nodes. A prefix of the log is always what it sees: a follower may lag,
 * it is never wrong. Whoever wants the linearizable answer (the broker that serves clients as
 * master) first completes {@link org.ordeal.replication.Replica#readBarrier()}, which confirms by a
 * round of heartbeats to a majority, shared by all barriers that wait at the same time, that this
 * member leads <em>now</em>, and waits until it has applied all that was committed before. No clock
 * is trusted: a leader that was stopped for a minute and resumed answers {@link
 * org.ordeal.replication.ReadBarrier.NotLeader}, not old data.
 *
 * <p><b>Not knowing is said.</b> An append whose fate is open (leadership lost or node stopped
 * while the entry was in flight) ends {@link org.ordeal.replication.AppendOutcome.Unknown}; only
 * what certainly never entered any log ends {@link org.ordeal.replication.AppendOutcome.NotStored}.
 *
 * <h2>On disk</h2>
 *
 * <pre>
 *   storePathRootDir/
 *     lock                        held while a broker runs
 *     vote                        term and vote, forced before anybody is told ({@code VoteFile})
 *     identity                    which life of this member it is, and of the others ({@code Identity})
 *     state/state-N               newest checkpoint: tables, and where each queue ends, as of log index N
 *     state/base-P                the same, as of the beginning of the segment at position P
 *     consumequeue/TOPIC/Q@I/     units of queue Q; I: log index of its first message
 *     index/                      keys
 *     installing                  only while a leader's snapshot is being taken over
 *     given-up/                   ends of the log that the group has forgotten ({@code GivenUp})
 *   storePathCommitLog/           the log ({@link org.ordeal.store})
 *     incarnation                 ties this directory to the other one's identity
 *     export/ install/            hard links to segments for a member that lags, and what was copied from a leader
 * </pre>
 *
 * <h2>Snapshots, and why the Raft log is not cut at them</h2>
 *
 * The log's entries <em>are</em> the messages, so it is kept as long as messages are. A checkpoint
 * is a member's own affair: every 10 s it makes the log up to an index durable, then the queue
 * files, then writes the image; at a start JRaft is told that index as its snapshot and replays
 * only what follows. A follower that was away catches up from the log. Only deletion by age or
 * space moves the Raft log's beginning (JRaft takes a snapshot then, twice, since it keeps what
 * lies behind the last but one), and only a member that needs entries from before it is sent a
 * snapshot: all the leader's segment files by hard link, and the base image of the oldest, from
 * which it builds queues and tables again. The same path rebuilds a member whose queue files are
 * lost.
 *
 * <h2>Who waits for what</h2>
 *
 * <pre>
 *   client thread     JRaft apply      JRaft log (disk)         peers             JRaft state machine
 *   append ---------> index, term ---> write, fsync ---------+  write, fsync      apply: queue offset
 *                              \----> replicate ------------|--> answer ----+---> Appended
 *                                                          +--- majority ----+
 * </pre>
 *
 * The leader counts itself only after its own fsync; a follower answers after its own. A majority
 * may be there before the leader's disk is: applying then waits for the write, since readers are
 * served from the file. When the leader's disk does not answer for 3 s, leadership is handed to a
 * member that has all entries.
 *
 * <p>A member whose store is empty does not start JRaft before all others have said that they know
 * no other store of it; if one does, it waits to be removed and added by the leader ({@code
 * Admission}).
 *
 * <p>A member that has applied entries which its leader does not have (its group has forgotten
 * them: ASYNC_FLUSH and a loss of power) keeps them aside, goes back to the last entry in common
 * and follows ({@code CommittedGuard}).
 *
 * <p>Elections: a follower that has heard nothing for T to 5T/3 ({@link
 * org.ordeal.replication.ReplicaConfig#electionTimeout()}, 600 ms by default) asks for votes, first
 * whether it would get them.
 */
@NullMarked
package org.ordeal.replication;

import org.jspecify.annotations.NullMarked;
