/**
 * The broker: requests of RocketMQ's clients and tools, served from a {@link
 * org.ordeal.replication.Replica}.
 *
 * <p>A request goes {@link org.ordeal.broker.Broker} → one of the handlers (sending, pulling,
 * offsets, clients, topics, statistics) → the replica, and its answer back over the connection it
 * came from. Handlers that read files run on a few reading threads; everything else runs on the
 * event loops and never blocks.
 *
 * <p><b>Who serves what.</b> The leader of the group is broker 0 of its name, each follower is its
 * number + 1; both change with each election and are told to the NameServers at once. Writes,
 * consumer offsets, locks and everything else that must not be old are served by the leader only,
 * and only after it has confirmed that it leads <em>now</em> ({@link
 * org.ordeal.replication.Replica#readBarrier()}). Messages are served by each member, since what is
 * found there is committed and never changes; that there is <em>nothing</em> to be found is said by
 * a leader only after such a confirmation, because a deposed leader does not know the log's end.
 *
 * <p><b>What an answer to a write proves.</b>
 *
 * <table>
 * <caption>Answers to 10, 310, 320, 36 and 37, and to changes of topics, groups and offsets</caption>
 * <tr><th>code</th><th>remark begins</th><th>meaning</th></tr>
 * <tr><td>0 SUCCESS</td><td></td><td>stored as the flush mode promises</td></tr>
 * <tr><td>1 SYSTEM_ERROR</td><td>{@code [OUTCOME_UNKNOWN]}</td><td>may be stored, now or later, or
 * never: leadership was lost, or the node failed, with the entry in flight</td></tr>
 * <tr><td>2 SYSTEM_BUSY</td><td>{@code [NOT_STORED]}</td><td>certainly not stored: too much is in
 * flight</td></tr>
 * <tr><td>13 MESSAGE_ILLEGAL</td><td>{@code [NOT_STORED]}</td><td>certainly not stored: a limit is
 * exceeded, or a feature is asked for that is not served</td></tr>
 * <tr><td>14 SERVICE_NOT_AVAILABLE</td><td>{@code [NOT_STORED]}</td><td>certainly not stored: not
 * the leader, disk full, or the store has failed</td></tr>
 * <tr><td>16 NO_PERMISSION, 17 TOPIC_NOT_EXIST, 26 SUBSCRIPTION_GROUP_NOT_EXIST, 29
 * INVALID_PARAMETER</td><td>{@code [NOT_STORED]}</td><td>certainly not stored: refused before
 * anything was tried</td></tr>
 * <tr><td>connection closed, no answer</td><td></td><td>open</td></tr>
 * </table>
 *
 * <p>The weaker acknowledgements 10, 11 and 12 (FLUSH_DISK_TIMEOUT, SLAVE_NOT_AVAILABLE,
 * FLUSH_SLAVE_TIMEOUT) are never given.
 *
 * <p><b>Delay and retry.</b> A message with a delay level lies in the queue of its level in {@code
 * SCHEDULE_TOPIC_XXXX} until the leader delivers it ({@link org.ordeal.broker.DelayedDelivery}); a
 * message given back by a consumer takes the same way to {@code %RETRY%group}, or goes to {@code
 * %DLQ%group} when its tries are used up. Exact times (the timer wheel of Apache RocketMQ 5) and
 * pop consumption are refused.
 */
@NullMarked
package org.ordeal.broker;

import org.jspecify.annotations.NullMarked;
