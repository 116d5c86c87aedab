package org.ordeal.replication;

import java.net.InetSocketAddress;

/**
 * A message as the producer sent it, before the log gives it offsets and a store timestamp.
 *
 * <p>Not copied and not to be changed by anybody after the append.
 *
 * @param topic at most {@value #MAX_TOPIC_BYTES} bytes of UTF-8
 * @param queueId at least 0; the caller has checked it against the topic
 * @param flag the producer's flag, opaque
 * @param sysFlag RocketMQ's system flag; the bits for IPv6 hosts are set by the store as the
 *     addresses demand
 * @param bornTimestampMillis milliseconds since 1970, the producer's clock
 * @param bornHost the producer's address, resolved
 * @param reconsumeTimes how often a consumer has given it back
 * @param preparedTransactionOffset RocketMQ's, 0 outside transactions
 * @param properties in RocketMQ's encoding (name, 1, value, 2, ...), at most {@value
 *     #MAX_PROPERTIES_BYTES} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // the body is handed on, never compared
public record MessageDraft(
    String topic,
    int queueId,
    int flag,
    int sysFlag,
    long bornTimestampMillis,
    InetSocketAddress bornHost,
    int reconsumeTimes,
    long preparedTransactionOffset,
    byte[] body,
    String properties) {

  public static final int MAX_TOPIC_BYTES = 255;
  public static final int MAX_PROPERTIES_BYTES = Short.MAX_VALUE;
}
