package org.ordeal.replication;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.ordeal.store.Disk;

/**
 * Which life of a member this store is, and which lives of the others it has met; forced to the
 * disk before anybody is told.
 *
 * <p>A store that is empty cannot tell a first start from a lost disk. So each store draws an
 * incarnation when it is made, and each member remembers the first incarnation that it met of every
 * other. Whoever comes later under the same id with another incarnation has lost its store, and its
 * vote with it: see {@link Admission}.
 *
 * <pre>
 *   storePathRootDir/identity            | ordeal-identity 1
 *                                        | incarnation TAB 32 hexadecimal digits
 *                                        | standing TAB FRESH, JOINING or MEMBER
 *                                        | met TAB member TAB its incarnation        (any number)
 *                                        | crc32c TAB of the lines above, hexadecimal
 *   storePathCommitLog/incarnation       the incarnation again: the two directories go together
 * </pre>
 *
 * <p>Thread-safe.
 */
final class Identity {
  static final String FILE = "identity";
  static final String MARK = "incarnation";
  private static final String HEAD = "ordeal-identity 1";

  /** What this store may do. */
  enum Standing {
    /** Nothing yet: no vote, no acknowledgement. */
    FRESH,
    /** The leader has taken it in and is bringing it up to date; others have been told. */
    JOINING,
    /** A member from the first start on, or one that the group has added. */
    MEMBER
  }

  private final Disk disk;
  private final ReplicaConfig config;
  private final String incarnation;
  private final Map<String, String> met = new TreeMap<>();
  private Standing standing;

  private Identity(Disk disk, ReplicaConfig config, String incarnation, Standing standing) {
    this.disk = disk;
    this.config = config;
    this.incarnation = incarnation;
    this.standing = standing;
  }

  /**
   * Reads the identity, or draws one. Call before anything else of the store is opened.
   *
   * @throws IOException with a sentence, where the file is damaged or half of the store is missing
   */
  static Identity open(Disk disk, ReplicaConfig config) throws IOException {
    disk.createDirectories(config.directory());
    disk.createDirectories(config.commitLogDirectory());
    var content = disk.readAll(config.directory().resolve(FILE));
    if (content == null) {
      return draw(disk, config);
    }
    var identity = decode(disk, config, new String(content, StandardCharsets.UTF_8));
    if (identity.standing == Standing.FRESH) {
      identity.mark();
    } else {
      identity.requireWholeStore();
    }
    return identity;
  }

  private static Identity draw(Disk disk, ReplicaConfig config) throws IOException {
    var voted = disk.exists(config.directory().resolve(VoteFile.NAME));
    var logged =
        disk.list(config.commitLogDirectory()).stream().anyMatch(name -> name.matches("\\d{20}"));
    if (logged && !voted) {
      throw halfLost(config, config.directory().resolve(VoteFile.NAME));
    }
    // A store from before there were identities has voted already.
    var identity =
        new Identity(
            disk,
            config,
            UUID.randomUUID().toString().replace("-", ""),
            voted ? Standing.MEMBER : Standing.FRESH);
    identity.mark();
    identity.save();
    return identity;
  }

  private Path markFile() {
    return config.commitLogDirectory().resolve(MARK);
  }

  private void mark() throws IOException {
    disk.replace(markFile(), incarnation.getBytes(StandardCharsets.UTF_8));
  }

  private void requireWholeStore() throws IOException {
    var vote = config.directory().resolve(VoteFile.NAME);
    var slots = disk.readAll(vote);
    if (slots == null || slots.length < VoteFile.BYTES) {
      throw halfLost(config, vote);
    }
    var mark = disk.readAll(markFile());
    if (mark == null || !new String(mark, StandardCharsets.UTF_8).equals(incarnation)) {
      throw halfLost(config, markFile());
    }
  }

  private static IOException halfLost(ReplicaConfig config, Path missing) {
    return new IOException(
        "Half of the store of member %s is lost: %s is missing or belongs to another store, and a member that has forgotten what it acknowledged must not vote. Empty %s and %s and start again: the group then takes it in anew."
            .formatted(config.self(), missing, config.directory(), config.commitLogDirectory()));
  }

  private static Identity decode(Disk disk, ReplicaConfig config, String text) throws IOException {
    var end = text.lastIndexOf("crc32c\t");
    if (end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
      throw damaged(config);
    }
    Identity identity = null;
    String incarnation = null;
    for (var line : text.substring(0, end).split("\n")) {
      var fields = line.split("\t");
      switch (fields[0]) {
        case HEAD -> {}
        case "incarnation" -> incarnation = fields[1];
        case "standing" -> {
          if (incarnation == null) {
            throw damaged(config);
          }
          identity = new Identity(disk, config, incarnation, Standing.valueOf(fields[1]));
        }
        case "met" -> {
          if (identity == null) {
            throw damaged(config);
          }
          identity.met.put(fields[1], fields[2]);
        }
        default -> throw damaged(config);
      }
    }
    if (identity == null) {
      throw damaged(config);
    }
    return identity;
  }

  private static IOException damaged(ReplicaConfig config) {
    return new IOException(
        "%s is damaged, and without it this member cannot prove that it is the one that its group knows. Empty %s and %s and start again: the group then takes it in anew."
            .formatted(
                config.directory().resolve(FILE), config.directory(), config.commitLogDirectory()));
  }

  private static String checksum(String lines) {
    var crc = new CRC32C();
    crc.update(lines.getBytes(StandardCharsets.UTF_8));
    return "crc32c\t%08x\n".formatted(crc.getValue());
  }

  private void save() throws IOException {
    var lines = new StringBuilder(HEAD).append('\n');
    lines.append("incarnation\t").append(incarnation).append('\n');
    lines.append("standing\t").append(standing).append('\n');
    met.forEach(
        (member, other) ->
            lines.append("met\t").append(member).append('\t').append(other).append('\n'));
    var text = lines + checksum(lines.toString());
    disk.replace(config.directory().resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
  }

  String incarnation() {
    return incarnation;
  }

  synchronized Standing standing() {
    return standing;
  }

  /**
   * Meets another member: remembers its incarnation if none is known of it and this member has not
   * started to take part. Later ones are not founders, whatever they say.
   *
   * @return the incarnation that is known, perhaps another one; empty for none
   */
  synchronized String meet(String member, String other) throws IOException {
    var known = met.get(member);
    if (known != null) {
      return known;
    }
    if (standing != Standing.FRESH || !valid(member) || !valid(other)) {
      return "";
    }
    met.put(member, other);
    try {
      save();
    } catch (IOException e) {
      met.remove(member);
      throw e;
    }
    return other;
  }

  private static boolean valid(String word) {
    return !word.isEmpty() && word.length() <= 255 && word.chars().noneMatch(c -> c < ' ');
  }

  /** Moves on, durably; the vote file is made first, so that its absence tells of a loss. */
  synchronized void become(Standing next) throws IOException {
    VoteFile.create(disk, config.directory().resolve(VoteFile.NAME));
    var before = standing;
    standing = next;
    try {
      save();
    } catch (IOException e) {
      standing = before;
      throw e;
    }
  }
}
