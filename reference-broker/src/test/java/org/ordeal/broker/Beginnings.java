package org.ordeal.broker;

import java.util.Collection;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageQueue;

/** Has an Apache client pull whole queues. */
final class Beginnings {
  private Beginnings() {}

  /**
   * Assigns the queues to a consumer of a group that has committed nothing, which then begins at
   * their first messages.
   *
   * <p>Not by {@code seekToBegin}, which Apache's client 5.5.0 may forget: it stops the pull of its
   * queue by an interrupt; where that pull was about to send, the client takes the interrupt for a
   * broken connection and closes the one that it has; a pull from the place sought that goes with
   * it is repeated from elsewhere, since {@code nextPullOffset} has dropped the place.
   */
  static void assign(DefaultLitePullConsumer consumer, Collection<MessageQueue> queues) {
    consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
    consumer.assign(queues);
  }
}
