package org.ordeal.broker;

import java.util.Collection;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;

/** Takes a pulling Apache client to the beginning of its queues. */
final class Beginnings {
  private static final int TRIES = 20;

  private Beginnings() {}

  /**
   * Assigns the queues and seeks the beginning of each.
   *
   * <p>A seek stops the pull of its queue, which the assignment began, by an interrupt. Where that
   * pull was about to send, the client takes the interrupt for a broken connection and closes the
   * one that it has, and with it goes what is asked for the next queue (rocketmq-client 5.5.0,
   * {@code PullTaskImpl.tryInterrupt}, {@code NettyRemotingClient.invokeSync}: a {@code
   * RemotingSendRequestException} after no time at all). So it is asked again.
   *
   * @throws MQClientException where it fails each of many times
   */
  static void seek(DefaultLitePullConsumer consumer, Collection<MessageQueue> queues)
      throws MQClientException {
    consumer.assign(queues);
    for (var queue : queues) {
      for (int left = TRIES - 1; ; left--) {
        try {
          consumer.seekToBegin(queue);
          break;
        } catch (MQClientException e) {
          if (left == 0) {
            throw e;
          }
        }
      }
    }
  }
}
