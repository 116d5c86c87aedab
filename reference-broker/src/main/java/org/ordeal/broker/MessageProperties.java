package org.ordeal.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message's properties in RocketMQ's encoding: name, 1, value, 2, and so on. */
final class MessageProperties {
  static final String KEYS = "KEYS";
  static final String TAGS = "TAGS";
  static final String DELAY = "DELAY";
  static final String RETRY_TOPIC = "RETRY_TOPIC";
  static final String REAL_TOPIC = "REAL_TOPIC";
  static final String REAL_QUEUE_ID = "REAL_QID";
  static final String TRANSACTION_PREPARED = "TRAN_MSG";
  static final String PRODUCER_GROUP = "PGROUP";
  static final String UNIQ_KEY = "UNIQ_KEY";
  static final String ORIGIN_MESSAGE_ID = "ORIGIN_MESSAGE_ID";
  static final String MSG_REGION = "MSG_REGION";
  static final String TRACE_ON = "TRACE_ON";
  static final String CLUSTER = "CLUSTER";
  static final String TRANSACTION_CHECK_TIMES = "TRANSACTION_CHECK_TIMES";
  static final String CHECK_IMMUNITY_SECONDS = "CHECK_IMMUNITY_TIME_IN_SECONDS";
  static final String DLQ_ORIGIN_TOPIC = "DLQ_ORIGIN_TOPIC";
  static final String DLQ_ORIGIN_MESSAGE_ID = "DLQ_ORIGIN_MESSAGE_ID";

  /** Delivery at an exact time, which Apache's timer wheel does and we do not. */
  static final String[] TIMERS = {
    "TIMER_DELAY_SEC", "TIMER_DELIVER_MS", "TIMER_DELAY_MS", "TIMER_DEL_UNIQKEY"
  };

  static final String REGION = "DefaultRegion";

  private static final char NAME_END = 1;
  private static final char VALUE_END = 2;

  private MessageProperties() {}

  static Map<String, String> decode(@Nullable String text) {
    var properties = new LinkedHashMap<String, String>();
    if (text == null) {
      return properties;
    }
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf(VALUE_END, at);
      if (end < 0) {
        end = text.length();
      }
      int split = text.indexOf(NAME_END, at);
      if (split > at && split < end) {
        properties.put(text.substring(at, split), text.substring(split + 1, end));
      }
      at = end + 1;
    }
    return properties;
  }

  static String encode(Map<String, String> properties) {
    var text = new StringBuilder(properties.size() * 32);
    properties.forEach(
        (name, value) -> text.append(name).append(NAME_END).append(value).append(VALUE_END));
    return text.toString();
  }
}
