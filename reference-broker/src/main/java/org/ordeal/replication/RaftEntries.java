package org.ordeal.replication;

import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.LogRecord;

/**
 * JRaft's entries as records of the commit log: a record's type is JRaft's number of the entry's
 * type; its payload is the entry's data, or for a configuration a line of text each of peers, old
 * peers, learners and old learners.
 */
final class RaftEntries {
  static final int CONFIGURATION = EntryType.ENTRY_TYPE_CONFIGURATION.getNumber();

  private RaftEntries() {}

  static LogRecord toRecord(LogEntry entry) {
    ByteBuffer payload;
    if (entry.getType() == EntryType.ENTRY_TYPE_CONFIGURATION) {
      payload =
          ByteBuffer.wrap(
              String.join(
                      "\n",
                      text(entry.getPeers()),
                      text(entry.getOldPeers()),
                      text(entry.getLearners()),
                      text(entry.getOldLearners()))
                  .getBytes(StandardCharsets.UTF_8));
    } else {
      var data = entry.getData();
      payload = data == null ? ByteBuffer.allocate(0) : data.duplicate();
    }
    return new LogRecord(
        entry.getType().getNumber(), entry.getId().getIndex(), entry.getId().getTerm(), payload);
  }

  static LogEntry toEntry(LogRecord record) throws IOException {
    var type = EntryType.forNumber(record.type());
    if (type == null) {
      throw new IOException(
          "The entry with index %d is of type %d, which this build does not know."
              .formatted(record.index(), record.type()));
    }
    var entry = new LogEntry(type);
    entry.setId(new LogId(record.index(), record.term()));
    if (type == EntryType.ENTRY_TYPE_CONFIGURATION) {
      var lists = configuration(record.payload());
      entry.setPeers(lists.get(0));
      entry.setOldPeers(emptyToNull(lists.get(1)));
      entry.setLearners(emptyToNull(lists.get(2)));
      entry.setOldLearners(emptyToNull(lists.get(3)));
    } else if (type == EntryType.ENTRY_TYPE_DATA) {
      entry.setData(record.payload().duplicate());
    }
    return entry;
  }

  @SuppressWarnings("NullAway") // JRaft takes null for "none".
  private static List<PeerId> emptyToNull(List<PeerId> peers) {
    return peers.isEmpty() ? null : peers;
  }

  /** Peers, old peers, learners, old learners. */
  static List<List<PeerId>> configuration(ByteBuffer payload) throws IOException {
    var text = StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
    var lists = new ArrayList<List<PeerId>>();
    for (var line : text.split("\n", 4)) {
      var peers = new ArrayList<PeerId>();
      for (var one : line.split(",")) {
        var peer = new PeerId();
        if (!one.isEmpty()) {
          if (!peer.parse(one)) {
            throw new IOException("The log's configuration names the peer '" + one + "'.");
          }
          peers.add(peer);
        }
      }
      lists.add(peers);
    }
    while (lists.size() < 4) {
      lists.add(List.of());
    }
    return lists;
  }

  private static String text(@Nullable List<PeerId> peers) {
    return peers == null
        ? ""
        : peers.stream().map(PeerId::toString).collect(Collectors.joining(","));
  }
}
