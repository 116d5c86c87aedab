package org.ordeal.broker;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.Fetch;
import org.ordeal.replication.Replica.TagFilter;

/** Looks messages up: by key (12), by id (33), and the queue's own entries (321). */
final class MessageHandler {
  private static final int MAX_FOUND = 64;
  private static final int MAX_ENTRIES = 100;

  private final Node node;

  MessageHandler(Node node) {
    this.node = node;
  }

  void byKey(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    var key = fields.required("key");
    int most = Math.clamp(fields.number("maxNum", 32), 1, MAX_FOUND);
    long begin = fields.large("beginTimestamp", 0);
    long end = fields.large("endTimestamp", Long.MAX_VALUE);
    node.read(
        exchange,
        () -> {
          var found = node.replica().messagesByKey(topic, key, most, begin, end);
          var status = node.replica().status();
          var fields2 =
              Map.of(
                  "indexLastUpdateTimestamp",
                  Long.toString(System.currentTimeMillis()),
                  "indexLastUpdatePhyoffset",
                  Long.toString(status.maxCommitLogOffset()));
          if (found.isEmpty()) {
            return Command.success(fields2).withCode(ResponseCode.QUERY_NOT_FOUND);
          }
          var body = new ByteArrayOutputStream();
          found.forEach(body::writeBytes);
          return Command.success(fields2).withBody(body.toByteArray());
        });
  }

  void byOffset(Exchange exchange) throws BadRequestException {
    long offset = exchange.fields().large("offset");
    node.read(
        exchange,
        () -> {
          var message = node.replica().messageAt(offset);
          return message == null
              ? Command.answer(
                  ResponseCode.SYSTEM_ERROR, "can not find message by the offset, " + offset)
              : Command.success(message);
        });
  }

  /** QueryConsumeQueueResponseBody. */
  void queueEntries(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    var topic = fields.required("topic");
    int queueId = fields.number("queueId");
    long index = fields.large("index");
    int count = Math.clamp(fields.number("count", 10), 1, MAX_ENTRIES);
    node.read(
        exchange,
        () -> {
          var body = Bodies.object();
          body.put("maxQueueIndex", node.replica().maxOffset(topic, queueId));
          body.put("minQueueIndex", node.replica().minOffset(topic, queueId));
          var list = body.putArray("queueData");
          var found = node.replica().fetch(topic, queueId, index, count, 1 << 20, TagFilter.ALL);
          if (found.status() == Fetch.Status.FOUND) {
            var in = java.nio.ByteBuffer.wrap(found.messages());
            while (in.hasRemaining()) {
              int size = in.getInt(in.position());
              var message = StoredMessage.decode(in);
              var tags = message.properties().get(MessageProperties.TAGS);
              list.addObject()
                  .put("eval", true)
                  .put("physicOffset", message.commitLogOffset())
                  .put("physicSize", size)
                  .put("tagsCode", tags == null ? 0 : tags.hashCode());
            }
          }
          return Command.success(Bodies.write(body));
        });
  }
}
