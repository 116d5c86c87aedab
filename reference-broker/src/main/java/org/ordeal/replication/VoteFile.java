package org.ordeal.replication;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.ordeal.store.Disk;
import org.ordeal.store.DiskFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Term and vote, forced to the disk before anybody is told, in both flush modes.
 *
 * <pre>
 *   0        4        8                16               24       28            4096
 *   +--------+--------+----------------+----------------+--------+-------------+-------------
 *   | magic  | crc32c | sequence       | term           | length | vote (text) | second slot, the same
 *   +--------+--------+----------------+----------------+--------+-------------+-------------
 * </pre>
 *
 * Two slots, written by turns: a write that is torn leaves the other one, which is what was true
 * before it. Written in place, so that an election needs no free space: JRaft's own file is renamed
 * into place, which a full disk refuses. JRaft calls under its node's lock, one at a time.
 */
final class VoteFile implements RaftMetaStorage {
  private static final Logger LOG = LoggerFactory.getLogger(VoteFile.class);
  static final String NAME = "vote";
  private static final int MAGIC = 0x4F524456; // ORDV
  private static final int SLOT_BYTES = 4096;
  static final int BYTES = 2 * SLOT_BYTES;
  private static final int FIELDS_BYTES = 28;

  private final Disk disk;
  private final Path path;
  private @Nullable DiskFile file;
  private @Nullable NodeImpl node;
  private long sequence;
  private volatile long term; // Written by JRaft under its lock; read by whoever asks.
  private PeerId vote = PeerId.emptyPeer();
  private boolean failed;

  VoteFile(Disk disk, Path path) {
    this.disk = disk;
    this.path = path;
  }

  @Override
  public boolean init(@Nullable RaftMetaStorageOptions options) {
    if (options != null) {
      node = options.getNode();
    }
    try {
      load();
      return true;
    } catch (IOException e) {
      LOG.error("Term and vote cannot be read from {}: {}", path, e.getMessage());
      return false;
    }
  }

  private void load() throws IOException {
    create(disk, path);
    var opened = disk.open(path);
    file = opened;
    var blank = true;
    for (var slot = 0; slot < 2; slot++) {
      var bytes = new byte[SLOT_BYTES];
      opened.read(ByteBuffer.wrap(bytes), (long) slot * SLOT_BYTES);
      blank &= ByteBuffer.wrap(bytes).getInt(0) == 0;
      take(bytes);
    }
    if (sequence == 0 && !blank) {
      throw new IOException(
          "both slots are damaged, and a member that has forgotten its vote must not vote again;"
              + " remove it from its group, empty its store and add it anew");
    }
  }

  /** Makes the file with neither term nor vote, durably, unless it is there. */
  static void create(Disk disk, Path path) throws IOException {
    var fresh = !disk.exists(path);
    try (var opened = disk.open(path)) {
      if (fresh || opened.size() < BYTES) {
        // Never written whole, so nobody was ever told anything.
        opened.write(ByteBuffer.allocate(BYTES), 0);
        opened.force();
        var directory = path.toAbsolutePath().getParent();
        if (directory != null) {
          disk.forceDirectory(directory);
        }
      }
    }
  }

  private void take(byte[] bytes) {
    var slot = ByteBuffer.wrap(bytes);
    var length = slot.getInt(FIELDS_BYTES - 4);
    if (slot.getInt(0) != MAGIC
        || length < 0
        || length > SLOT_BYTES - FIELDS_BYTES
        || slot.getInt(4) != crc(bytes, length)
        || slot.getLong(8) <= sequence) {
      return;
    }
    sequence = slot.getLong(8);
    term = slot.getLong(16);
    var text = new String(bytes, FIELDS_BYTES, length, StandardCharsets.UTF_8);
    var read = new PeerId();
    vote = read.parse(text) ? read : PeerId.emptyPeer();
  }

  private static int crc(byte[] slot, int textLength) {
    var crc = new CRC32C();
    crc.update(slot, 8, FIELDS_BYTES - 8 + textLength);
    return (int) crc.getValue();
  }

  private boolean save() {
    if (failed || file == null) {
      return false;
    }
    var text = vote.toString().getBytes(StandardCharsets.UTF_8);
    var slot = ByteBuffer.allocate(SLOT_BYTES);
    slot.putInt(MAGIC).putInt(0).putLong(++sequence).putLong(term).putInt(text.length).put(text);
    slot.putInt(4, crc(slot.array(), text.length));
    try {
      file.write(slot.rewind(), (sequence & 1) * SLOT_BYTES);
      file.force();
      return true;
    } catch (IOException e) {
      failed = true;
      LOG.error("Term {} and vote {} cannot be written to {}: {}", term, vote, path, e.toString());
      if (node != null) {
        node.onError(
            new RaftException(
                ErrorType.ERROR_TYPE_META,
                RaftError.EIO,
                "Term and vote could not be made durable in %s: %s",
                path,
                e.getMessage()));
      }
      return false;
    }
  }

  @Override
  public void shutdown() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.warn("Closing {} failed: {}", path, e.toString());
    }
    file = null;
  }

  @Override
  public boolean setTerm(long newTerm) {
    term = newTerm;
    return save();
  }

  @Override
  public long getTerm() {
    return term;
  }

  @Override
  public boolean setVotedFor(PeerId peer) {
    vote = peer;
    return save();
  }

  @Override
  public PeerId getVotedFor() {
    return vote;
  }

  @Override
  public boolean setTermAndVotedFor(long newTerm, PeerId peer) {
    term = newTerm;
    vote = peer;
    return save();
  }
}
