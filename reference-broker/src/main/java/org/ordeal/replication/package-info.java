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
 */
@NullMarked
package org.ordeal.replication;

import org.jspecify.annotations.NullMarked;
