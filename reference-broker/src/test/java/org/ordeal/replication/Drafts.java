package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.ordeal.replication.ReplicaConfig.Flush;

/** What the tests of this package need again and again. */
final class Drafts {
  static final InetSocketAddress HOST =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 10911);

  /**
   * Longer than what a busy machine may take from a leader: a test that does not ask for an
   * election should see none.
   */
  private static final Duration PATIENT_ELECTION = Duration.ofSeconds(3);

  private Drafts() {}

  static MessageDraft draft(String topic, int queueId, String body) {
    return draft(topic, queueId, body, "");
  }

  static MessageDraft draft(String topic, int queueId, String body, String properties) {
    return new MessageDraft(
        topic,
        queueId,
        0,
        0,
        1_700_000_000_000L,
        HOST,
        0,
        0,
        body.getBytes(StandardCharsets.UTF_8),
        properties);
  }

  static List<Member> members(int count) throws IOException {
    var members = new ArrayList<Member>();
    for (var port : FreePorts.take(count)) {
      members.add(new Member("n" + members.size(), "127.0.0.1", port));
    }
    return members;
  }

  static ReplicaConfig config(
      Path root, List<Member> members, String self, Flush flush, long segmentBytes) {
    var defaults = ReplicaConfig.of("TestGroup", self, members, root.resolve(self), HOST, flush);
    return new ReplicaConfig(
        defaults.group(),
        self,
        members,
        defaults.directory(),
        defaults.commitLogDirectory(),
        HOST,
        flush,
        defaults.flushInterval(),
        defaults.flushBytes(),
        segmentBytes,
        defaults.retention(),
        2,
        2,
        defaults.maxMessageBytes(),
        members.size() == 1 ? defaults.electionTimeout() : PATIENT_ELECTION);
  }

  /** Under ASYNC_FLUSH, with nothing flushed before the power goes. */
  static ReplicaConfig unflushed(Path root, List<Member> members, String self) {
    var usual = config(root, members, self, Flush.ASYNC, 1 << 20);
    return new ReplicaConfig(
        usual.group(),
        self,
        members,
        usual.directory(),
        usual.commitLogDirectory(),
        HOST,
        Flush.ASYNC,
        Duration.ofHours(1),
        Integer.MAX_VALUE,
        usual.segmentBytes(),
        usual.retention(),
        2,
        2,
        usual.maxMessageBytes(),
        usual.electionTimeout());
  }

  static AppendOutcome.Appended append(Replica replica, MessageDraft... drafts) throws Exception {
    var outcome = replica.append(List.of(drafts)).get(20, TimeUnit.SECONDS);
    assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
    return (AppendOutcome.Appended) outcome;
  }

  /**
   * Stores the message just once, whoever leads meanwhile: on a busy machine a leader may be
   * deposed at any moment, and then leaves open whether it is stored.
   */
  static void store(Supplier<Replica> leader, MessageDraft draft) throws Exception {
    var body = new String(draft.body(), StandardCharsets.UTF_8);
    AppendOutcome outcome;
    do {
      outcome = leader.get().append(List.of(draft)).get(20, TimeUnit.SECONDS);
    } while (outcome instanceof AppendOutcome.NotStored
        || (outcome instanceof AppendOutcome.Unknown && !has(leader, draft, body)));
    assertThat(outcome).isNotInstanceOf(AppendOutcome.NotStored.class);
  }

  private static boolean has(Supplier<Replica> leader, MessageDraft draft, String body)
      throws Exception {
    while (true) {
      var replica = leader.get();
      if (replica.readBarrier().get(20, TimeUnit.SECONDS) instanceof ReadBarrier.Confirmed) {
        return bodies(replica, draft.topic(), draft.queueId()).contains(body);
      }
    }
  }

  static List<String> bodies(Replica replica, String topic, int queueId) {
    var bodies = new ArrayList<String>();
    var offset = replica.minOffset(topic, queueId);
    while (true) {
      var fetch = replica.fetch(topic, queueId, offset, 64, 1 << 20, Replica.TagFilter.ALL);
      if (fetch.status() != Fetch.Status.FOUND) {
        assertThat(fetch.status()).isIn(Fetch.Status.OFFSET_AT_END, Fetch.Status.NO_SUCH_QUEUE);
        return bodies;
      }
      for (var message : split(fetch.messages())) {
        assertThat(message.getLong(MessageCodec.QUEUE_OFFSET_AT)).isEqualTo(offset++);
        bodies.add(body(message));
      }
      assertThat(fetch.nextOffset()).isEqualTo(offset);
    }
  }

  static List<ByteBuffer> split(byte[] messages) {
    var all = ByteBuffer.wrap(messages);
    var parts = new ArrayList<ByteBuffer>();
    while (all.hasRemaining()) {
      var size = all.getInt(all.position());
      parts.add(all.slice(all.position(), size));
      all.position(all.position() + size);
    }
    return parts;
  }

  static String body(ByteBuffer message) {
    var at = 48 + 8 + 8 + 8 + 4 + 8;
    var bytes = new byte[message.getInt(at)];
    message.get(at + 4, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
