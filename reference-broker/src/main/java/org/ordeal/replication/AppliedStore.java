package org.ordeal.replication;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.CommitLog;
import org.ordeal.store.ConsumeQueue;
import org.ordeal.store.Disk;
import org.ordeal.store.KeyIndex;

/**
 * What the log's entries add up to: consume queues, key index and tables. Applying is
 * deterministic, so that every member that has applied the same entries gives a message the same
 * queue offset.
 *
 * <p>One thread applies; any thread reads what was applied.
 */
final class AppliedStore implements Closeable {

  /** Names a queue. */
  record QueueKey(String topic, int queueId) {}

  private final Disk disk;
  private final Path queueRoot;
  private final CommitLog log;
  private final KeyIndex keys;
  private final Tables tables = new Tables();
  private final Map<QueueKey, ConsumeQueue> queues = new ConcurrentHashMap<>();
  private final List<Replica.ArrivalListener> listeners;
  private volatile long appliedIndex;
  private volatile long appliedTerm;
  private volatile long appliedEnd;

  private AppliedStore(
      Disk disk,
      Path queueRoot,
      CommitLog log,
      KeyIndex keys,
      List<Replica.ArrivalListener> listeners) {
    this.disk = disk;
    this.queueRoot = queueRoot;
    this.log = log;
    this.keys = keys;
    this.listeners = listeners;
  }

  /**
   * Opens the state of a checkpoint, with the queue files that belong to it.
   *
   * @throws IOException also where the files hold less than the image says
   */
  static AppliedStore open(
      Disk disk,
      Path root,
      CommitLog log,
      StateImage image,
      boolean withQueueFiles,
      List<Replica.ArrivalListener> listeners)
      throws IOException {
    var indexFrom = withQueueFiles ? image.endPosition() : 0;
    var keys = KeyIndex.open(disk, root.resolve("index"), indexFrom);
    var store = new AppliedStore(disk, root.resolve("consumequeue"), log, keys, listeners);
    try {
      for (var queue : image.queues()) {
        var directory = store.queueRoot.resolve(queue.directory());
        var min = withQueueFiles ? queue.min() : queue.max();
        store.queues.put(
            new QueueKey(queue.topic(), queue.queueId()),
            ConsumeQueue.open(disk, directory, min, queue.max()));
      }
      if (image.index() > 0) {
        store.tables.read(new DataInputStream(new ByteArrayInputStream(image.tables())));
      }
    } catch (IOException e) {
      store.close();
      throw e;
    }
    store.appliedIndex = image.index();
    store.appliedTerm = image.term();
    store.appliedEnd = image.endPosition();
    return store;
  }

  // --- applying

  /**
   * Applies an entry.
   *
   * @param payloadPosition where in the commit log the entry's bytes begin
   * @return the messages' positions; empty for a command
   */
  List<AppendOutcome.Position> apply(long index, long term, long payloadPosition, ByteBuffer entry)
      throws IOException {
    List<AppendOutcome.Position> positions = List.of();
    if (entry.get(entry.position()) == Command.KIND_MESSAGES) {
      positions = applyMessages(index, payloadPosition, entry);
    } else {
      var command = Command.decode(entry);
      tables.apply(command);
      if (command instanceof Command.DeleteTopic deleted) {
        // The files go with the next checkpoint, since a restart from the last one still needs
        // them.
        queues.keySet().removeIf(key -> key.topic.equals(deleted.topic()));
      }
    }
    appliedTerm = term;
    appliedEnd = payloadPosition + entry.remaining();
    appliedIndex = index;
    return positions;
  }

  /** Takes note that entries up to here hold nothing to apply. */
  void skipTo(long index, long term) {
    appliedTerm = term;
    appliedIndex = index;
  }

  private List<AppendOutcome.Position> applyMessages(
      long index, long payloadPosition, ByteBuffer entry) {
    var start = entry.position();
    int count = entry.getShort(start + 2) & 0xFFFF;
    var positions = new ArrayList<AppendOutcome.Position>(count);
    var at = start + MessageCodec.ENTRY_HEADER_BYTES;
    for (var i = 0; i < count; i++) {
      at += MessageCodec.CRC_BYTES;
      var size = entry.getInt(at);
      var fields = MessageCodec.fields(entry, at);
      var position = payloadPosition + (at - start);
      var tagHash = fields.tagHash();
      var queue = queueFor(fields.topic(), fields.queueId(), index);
      var offset = queue.append(position, size, tagHash);
      addKeys(fields, position);
      positions.add(new AppendOutcome.Position(fields.queueId(), offset, position, size));
      for (var listener : listeners) {
        listener.arrived(fields.topic(), fields.queueId(), offset + 1, tagHash);
      }
      at += size;
    }
    return positions;
  }

  private ConsumeQueue queueFor(String topic, int queueId, long index) {
    var key = new QueueKey(topic, queueId);
    var known = queues.get(key);
    if (known != null) {
      return known;
    }
    // The index in the name keeps a topic's files apart from those of a deleted one of the same
    // name.
    var name = URLEncoder.encode(topic, StandardCharsets.UTF_8).replace(".", "%2E");
    var created = ConsumeQueue.create(disk, queueRoot.resolve(name).resolve(queueId + "@" + index));
    queues.put(key, created);
    return created;
  }

  private void addKeys(MessageCodec.Fields fields, long position) {
    var unique = fields.property("UNIQ_KEY");
    if (unique != null) {
      keys.add(KeyIndex.hash(fields.topic(), unique), position);
    }
    var words = fields.property("KEYS");
    if (words != null) {
      for (var word : words.split(" ")) {
        if (!word.isEmpty() && !word.equals(unique)) {
          keys.add(KeyIndex.hash(fields.topic(), word), position);
        }
      }
    }
  }

  // --- looking

  long appliedIndex() {
    return appliedIndex;
  }

  long appliedTerm() {
    return appliedTerm;
  }

  long appliedEnd() {
    return appliedEnd;
  }

  Tables tables() {
    return tables;
  }

  KeyIndex keys() {
    return keys;
  }

  @Nullable ConsumeQueue queue(String topic, int queueId) {
    return queues.get(new QueueKey(topic, queueId));
  }

  Collection<ConsumeQueue> queues() {
    return queues.values();
  }

  /** Units of all queues that wait in memory. */
  long pendingUnits() {
    var pending = 0L;
    for (var queue : queues.values()) {
      pending += queue.pending();
    }
    return pending;
  }

  // --- checkpoints

  /** The state at this moment; call on the applying thread. The configuration is not filled in. */
  StateImage image() {
    var images = new ArrayList<StateImage.QueueImage>();
    queues.forEach(
        (key, queue) ->
            images.add(
                new StateImage.QueueImage(
                    key.topic,
                    key.queueId,
                    queueRoot.relativize(queue.directory()).toString(),
                    queue.minOffset(),
                    queue.maxOffset())));
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      tables.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail so.
    }
    return new StateImage(appliedIndex, appliedTerm, appliedEnd, "", images, bytes.toByteArray());
  }

  /**
   * Makes durable what an image names: the log up to there, then the queues, then the key index.
   */
  void makeDurable(StateImage image) throws IOException {
    log.force();
    for (var named : image.queues()) {
      var queue = queues.get(new QueueKey(named.topic(), named.queueId()));
      if (queue != null && queue.directory().endsWith(named.directory())) {
        queue.write(named.max());
        queue.force();
      }
    }
    keys.save();
  }

  /**
   * Moves units from memory to the page cache, so that memory stays bounded between checkpoints.
   */
  void writePending() throws IOException {
    for (var queue : queues.values()) {
      if (queue.pending() > 0) {
        queue.write(queue.maxOffset());
      }
    }
  }

  /** Deletes queue files that no queue and no image needs any more; call after a checkpoint. */
  void deleteUnused(StateImage image) throws IOException {
    var used = new java.util.HashSet<Path>();
    for (var queue : queues.values()) {
      used.add(queue.directory());
    }
    for (var named : image.queues()) {
      used.add(queueRoot.resolve(named.directory()));
      var queue = queues.get(new QueueKey(named.topic(), named.queueId()));
      if (queue != null && queue.directory().endsWith(named.directory())) {
        queue.deleteOldFiles(named.min());
      }
    }
    for (var topic : disk.list(queueRoot)) {
      for (var name : disk.list(queueRoot.resolve(topic))) {
        var directory = queueRoot.resolve(topic).resolve(name);
        if (used.contains(directory)) {
          continue;
        }
        for (var file : disk.list(directory)) {
          disk.delete(directory.resolve(file));
        }
        disk.delete(directory);
      }
    }
  }

  /** Raises every queue's minimum to what the log still holds. */
  void forgetBefore(long minPosition) throws IOException {
    for (var queue : queues.values()) {
      queue.raiseMinTo(minPosition);
    }
    keys.deleteBefore(minPosition);
  }

  @Override
  public void close() throws IOException {
    for (var queue : queues.values()) {
      queue.close();
    }
    keys.close();
  }
}
