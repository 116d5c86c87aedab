package org.ordeal.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.RequestCode;
import org.ordeal.remoting.ResponseCode;
import org.ordeal.replication.AppendOutcome;
import org.ordeal.replication.ConsumerOffset;
import org.ordeal.replication.Fetch;
import org.ordeal.replication.MessageDraft;
import org.ordeal.replication.Replica.TagFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactional messages: 37, and the questions after those that nobody ended.
 *
 * <p>A half message lies in {@code RMQ_SYS_TRANS_HALF_TOPIC}, invisible to consumers, with its true
 * topic as a property. Ending it appends, <em>in one atomic append</em>, the message to its true
 * topic (commit only) and a mark with the half message's offset to {@code
 * RMQ_SYS_TRANS_OP_HALF_TOPIC}: so a half message is never both done and not done, which Apache's
 * two separate writes allow. The leader walks the half topic from a replicated position; it asks a
 * producer of the group after each half message that is unmarked and older than the time-out, and
 * gives up after transactionCheckMax questions: the message goes to {@code
 * TRANS_CHECK_MAX_TIME_TOPIC}.
 */
final class Transactions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Transactions.class);

  static final String GROUP = "CID_RMQ_SYS_TRANS";
  private static final int TYPE_BITS = 12;
  private static final int COMMIT = 8;
  private static final int ROLLBACK = 12;
  private static final int BATCH = 64;
  private static final int MAX_BYTES = 1 << 20;
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

  /** A half message that was not ended when it was last looked at. */
  private record Open(long offset, int asked, long nextAskMillis) {}

  private final Node node;
  private final Clients clients;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("transactions").factory());

  /** Half messages whose end is on its way: a second end of the same must wait for its mark. */
  private final Set<Long> ending = java.util.concurrent.ConcurrentHashMap.newKeySet();

  // Touched on the clock's thread, valid for one term.
  private final Map<Long, Open> open = new HashMap<>();
  private final Set<Long> ended = new HashSet<>();
  private long halfRead;
  private long marksRead;
  private long committedPosition;
  private long term = -1;

  Transactions(Node node, Clients clients) {
    this.node = node;
    this.clients = clients;
  }

  void start() {
    long pause =
        Math.min(FIRST_LOOK.toMillis(), node.settings().transactions().interval().toMillis());
    var _ = clock.scheduleWithFixedDelay(this::tick, pause, pause, TimeUnit.MILLISECONDS);
  }

  /** Ends a transaction; an end of unknown kind leaves it open, to be asked after. */
  void end(Exchange exchange) throws BadRequestException {
    var fields = exchange.fields();
    int kind = fields.number("commitOrRollback", 0) & TYPE_BITS;
    long commitLogOffset = fields.large("commitLogOffset");
    long halfOffset = fields.large("tranStateTableOffset");
    var producerGroup = fields.text("producerGroup", "");
    if (kind != COMMIT && kind != ROLLBACK) {
      exchange.reply(Command.success());
      return;
    }
    node.readAsLeader(
        exchange,
        () -> {
          var bytes = node.replica().messageAt(commitLogOffset);
          if (bytes == null) {
            return Outcomes.refused(
                ResponseCode.SYSTEM_ERROR, "Find prepared transaction message failed");
          }
          var half = StoredMessage.decode(bytes);
          if (!half.topic().equals(Topics.HALF)
              || half.queueOffset() != halfOffset
              || !producerGroup.equals(half.properties().get(MessageProperties.PRODUCER_GROUP))) {
            return Outcomes.refused(
                ResponseCode.SYSTEM_ERROR,
                "The prepared message is not the one that the request names");
          }
          if (!ending.add(halfOffset)) {
            return Command.success();
          }
          if (isMarked(halfOffset)) {
            ending.remove(halfOffset);
            return Command.success();
          }
          List<MessageDraft> drafts;
          try {
            drafts =
                kind == COMMIT
                    ? List.of(visible(half), mark(halfOffset))
                    : List.of(mark(halfOffset));
          } catch (BadRequestException e) {
            ending.remove(halfOffset);
            throw e;
          }
          var _ =
              node.replica()
                  .append(drafts)
                  .whenComplete((_, _) -> ending.remove(halfOffset))
                  .thenAccept(
                      outcome ->
                          exchange.reply(
                              switch (outcome) {
                                case AppendOutcome.Appended _ -> Command.success();
                                case AppendOutcome.NotStored not -> Outcomes.answer(not);
                                case AppendOutcome.Unknown unknown -> Outcomes.answer(unknown);
                              }));
          return null;
        });
  }

  /** Whether a half message has been ended: a repeated end must not deliver it twice. */
  private boolean isMarked(long halfOffset) {
    return !node.replica()
        .messagesByKey(Topics.HALF_DONE, Long.toString(halfOffset), 1, 0, Long.MAX_VALUE)
        .isEmpty();
  }

  private static MessageDraft visible(StoredMessage half) throws BadRequestException {
    var properties = new LinkedHashMap<>(half.properties());
    var topic = properties.remove(MessageProperties.REAL_TOPIC);
    var queueId = properties.remove(MessageProperties.REAL_QUEUE_ID);
    properties.remove(MessageProperties.TRANSACTION_PREPARED);
    if (topic == null || queueId == null) {
      throw new BadRequestException(
          ResponseCode.SYSTEM_ERROR,
          Outcomes.NOT_STORED + "The prepared message has no true topic.");
    }
    return new MessageDraft(
        topic,
        Integer.parseInt(queueId),
        half.flag(),
        (half.sysFlag() & ~(StoredMessage.BORN_HOST_V6 | StoredMessage.STORE_HOST_V6 | TYPE_BITS))
            | COMMIT,
        half.bornTimestamp(),
        half.bornHost(),
        half.reconsumeTimes(),
        half.queueOffset(),
        half.body(),
        MessageProperties.encode(properties));
  }

  private MessageDraft mark(long halfOffset) {
    var text = Long.toString(halfOffset);
    return new MessageDraft(
        Topics.HALF_DONE,
        0,
        0,
        0,
        System.currentTimeMillis(),
        node.storeHost(),
        0,
        0,
        text.getBytes(StandardCharsets.UTF_8),
        MessageProperties.encode(
            Map.of(MessageProperties.TAGS, "d", MessageProperties.KEYS, text)));
  }

  private void tick() {
    try {
      var role = node.replica().role();
      if (!role.leads()) {
        term = -1;
        return;
      }
      if (role.term() != term) {
        term = role.term();
        open.clear();
        ended.clear();
        halfRead = Math.max(0, node.replica().consumerOffset(GROUP, Topics.HALF, 0));
        marksRead = Math.max(0, node.replica().consumerOffset(GROUP, Topics.HALF_DONE, 0));
        committedPosition = halfRead;
      }
      readHalves();
      readMarks();
      ask();
      advance();
    } catch (BadRequestException e) {
      log.error("A half message cannot be read: {}", e.sentence());
    } catch (RuntimeException e) {
      log.error("Looking after transactions failed and is tried again.", e);
    }
  }

  private void readHalves() throws BadRequestException {
    while (true) {
      var found = node.replica().fetch(Topics.HALF, 0, halfRead, BATCH, MAX_BYTES, TagFilter.ALL);
      if (found.status() == Fetch.Status.OFFSET_TOO_SMALL) {
        halfRead = found.nextOffset();
        continue;
      }
      if (found.status() != Fetch.Status.FOUND) {
        return;
      }
      var in = ByteBuffer.wrap(found.messages());
      while (in.hasRemaining()) {
        var half = StoredMessage.decode(in);
        long wait = node.settings().transactions().timeout().toMillis();
        var immunity = half.properties().get(MessageProperties.CHECK_IMMUNITY_SECONDS);
        if (immunity != null && immunity.matches("[0-9]{1,6}")) {
          wait = Long.parseLong(immunity) * 1000;
        }
        if (!ended.remove(half.queueOffset())) {
          open.put(
              half.queueOffset(), new Open(half.queueOffset(), 0, half.storeTimestamp() + wait));
        }
        halfRead = half.queueOffset() + 1;
      }
    }
  }

  private void readMarks() throws BadRequestException {
    while (true) {
      var found =
          node.replica().fetch(Topics.HALF_DONE, 0, marksRead, BATCH, MAX_BYTES, TagFilter.ALL);
      if (found.status() == Fetch.Status.OFFSET_TOO_SMALL) {
        marksRead = found.nextOffset();
        continue;
      }
      if (found.status() != Fetch.Status.FOUND) {
        return;
      }
      var in = ByteBuffer.wrap(found.messages());
      while (in.hasRemaining()) {
        var mark = StoredMessage.decode(in);
        long half = Long.parseLong(new String(mark.body(), StandardCharsets.UTF_8));
        if (open.remove(half) == null && half >= halfRead) {
          ended.add(half);
        }
        marksRead = mark.queueOffset() + 1;
      }
    }
  }

  private void ask() throws BadRequestException {
    long now = System.currentTimeMillis();
    for (var each : List.copyOf(open.values())) {
      if (each.nextAskMillis() > now) {
        continue;
      }
      var half = half(each.offset());
      if (half == null) {
        open.remove(each.offset());
      } else if (each.asked() >= node.settings().transactions().maxChecks()) {
        giveUp(half);
      } else {
        question(half);
        open.put(
            each.offset(),
            new Open(
                each.offset(),
                each.asked() + 1,
                now + node.settings().transactions().interval().toMillis()));
      }
    }
  }

  private @Nullable StoredMessage half(long offset) throws BadRequestException {
    var found = node.replica().fetch(Topics.HALF, 0, offset, 1, MAX_BYTES, TagFilter.ALL);
    return found.status() == Fetch.Status.FOUND
        ? StoredMessage.decode(ByteBuffer.wrap(found.messages()))
        : null;
  }

  /** Asks one of the group's producers, with the message as it will be seen. */
  private void question(StoredMessage half) throws BadRequestException {
    var group = half.properties().getOrDefault(MessageProperties.PRODUCER_GROUP, "");
    var producers = clients.producerGroup(group);
    var bytes = node.replica().messageAt(half.commitLogOffset());
    if (producers.isEmpty() || bytes == null) {
      return;
    }
    var producer = producers.get((int) Math.floorMod(half.queueOffset(), (long) producers.size()));
    var unique = half.properties().getOrDefault(MessageProperties.UNIQ_KEY, "");
    producer
        .peer()
        .tell(
            Command.request(
                    RequestCode.CHECK_TRANSACTION_STATE,
                    Map.of(
                        "topic",
                        half.properties().getOrDefault(MessageProperties.REAL_TOPIC, ""),
                        "commitLogOffset",
                        Long.toString(half.commitLogOffset()),
                        "tranStateTableOffset",
                        Long.toString(half.queueOffset()),
                        "msgId",
                        unique,
                        "transactionId",
                        unique,
                        "offsetMsgId",
                        half.messageId()))
                .withBody(
                    StoredMessage.withPlace(
                        bytes,
                        half.properties().getOrDefault(MessageProperties.REAL_TOPIC, ""),
                        Integer.parseInt(
                            half.properties()
                                .getOrDefault(MessageProperties.REAL_QUEUE_ID, "0")))));
  }

  private void giveUp(StoredMessage half) throws BadRequestException {
    log.warn(
        "Gave up the transaction of {} after {} questions; it lies in {}.",
        half.messageId(),
        node.settings().transactions().maxChecks(),
        Topics.CHECKED_TOO_OFTEN);
    var draft = visible(half);
    var aside =
        new MessageDraft(
            Topics.CHECKED_TOO_OFTEN,
            0,
            draft.flag(),
            draft.sysFlag() & ~TYPE_BITS,
            draft.bornTimestampMillis(),
            draft.bornHost(),
            draft.reconsumeTimes(),
            0,
            draft.body(),
            MessageProperties.encode(half.properties()));
    open.remove(half.queueOffset());
    var _ = node.replica().append(List.of(aside, mark(half.queueOffset())));
  }

  /** Commits how far all is ended, so that the next leader need not begin at the beginning. */
  private void advance() {
    long position = open.keySet().stream().mapToLong(Long::longValue).min().orElse(halfRead);
    if (position > committedPosition) {
      committedPosition = position;
      // Marks below this may belong to half messages still open only if those are older.
      long marks = open.isEmpty() && ended.isEmpty() ? marksRead : 0;
      var offsets = new ArrayList<ConsumerOffset>();
      offsets.add(new ConsumerOffset(GROUP, Topics.HALF, 0, position));
      if (marks > 0) {
        offsets.add(new ConsumerOffset(GROUP, Topics.HALF_DONE, 0, marks));
      }
      var _ = node.replica().commitOffsets(offsets);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
