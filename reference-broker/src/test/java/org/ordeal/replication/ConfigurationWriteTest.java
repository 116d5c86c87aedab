package org.ordeal.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.conf.ConfigurationManager;
import com.alipay.sofa.jraft.entity.EnumOutter.EntryType;
import com.alipay.sofa.jraft.entity.LogEntry;
import com.alipay.sofa.jraft.entity.LogId;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.LogStorageOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.SimulatedDisk;

/** Power losses at each step while topics, groups, offsets and the members of a group change. */
class ConfigurationWriteTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long SEGMENT_BYTES = 600;

  @TempDir Path root;

  /** A change, and how to see that it is there. */
  private record Change(
      String name, Function made, Predicate<Replica> there, boolean lastsWhateverFollows) {}

  private interface Function {
    CompletableFuture<CommandOutcome> on(Replica replica);
  }

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "topic A",
              replica -> replica.putTopic(topic("A", 4)),
              replica -> replica.topics().containsKey("A"),
              true),
          new Change(
              "group",
              replica -> replica.putSubscriptionGroup(new SubscriptionGroup("G", "{\"n\":1}")),
              replica -> replica.subscriptionGroups().containsKey("G"),
              true),
          new Change(
              "offset 7",
              replica -> replica.commitOffsets(List.of(new ConsumerOffset("G", "A", 0, 7))),
              replica -> replica.consumerOffset("G", "A", 0) >= 7,
              true),
          new Change(
              "topic B",
              replica -> replica.putTopic(topic("B", 2)),
              replica -> replica.topics().containsKey("B"),
              false),
          new Change(
              "A with more queues",
              replica -> replica.putTopic(topic("A", 8)),
              replica -> topic("A", 8).equals(replica.topics().get("A")),
              true),
          new Change(
              "offset 9",
              replica -> replica.commitOffsets(List.of(new ConsumerOffset("G", "A", 0, 9))),
              replica -> replica.consumerOffset("G", "A", 0) == 9,
              true),
          new Change(
              "B deleted",
              replica -> replica.deleteTopic("B"),
              replica -> !replica.topics().containsKey("B"),
              true));

  private static TopicConfig topic(String name, int queues) {
    return new TopicConfig(name, queues, queues, 6, "SINGLE_TAG", 0, false, Map.of());
  }

  private JRaftReplica single(List<Member> members, SimulatedDisk disk) throws IOException {
    var config = Drafts.config(root, members, "n0", Flush.SYNC, SEGMENT_BYTES);
    var replica = new JRaftReplica(config, disk);
    await()
        .atMost(PATIENCE)
        .until(() -> replica.role().leads() || replica.role().failure() != null);
    return replica;
  }

  /** How many of the changes were answered with "done" before the power went. */
  private int changeUntilPowerLoss(List<Member> members, SimulatedDisk disk) throws Exception {
    var done = 0;
    try (var replica = single(members, disk)) {
      while (done < CHANGES.size()
          && replica.role().failure() == null
          && CHANGES.get(done).made.on(replica).get(20, SECONDS) instanceof CommandOutcome.Done) {
        done++;
      }
    } catch (IOException e) {
      // The power went while the store was being opened.
    }
    return done;
  }

  @Test
  void shouldKeepEachAnsweredChangeAtWhicheverStepThePowerGoes() throws Exception {
    var members = Drafts.members(1);
    var random = new Random(17);
    var done = 0;
    for (var step = 1; done < CHANGES.size(); step++) {
      var disk = new SimulatedDisk();
      disk.losePowerAt(step);
      done = changeUntilPowerLoss(members, disk);
      try (var replica = single(members, disk.powerLoss(random, 0.5))) {
        assertThat(replica.role().failure()).as("step %d", step).isNull();
        for (var change : CHANGES.subList(0, done)) {
          if (change.lastsWhateverFollows || change.equals(CHANGES.get(done - 1))) {
            assertThat(change.there.test(replica))
                .as("%s, answered before the power went at step %d", change.name, step)
                .isTrue();
          }
        }
      }
    }
  }

  // --- who is in the group: entries of the log

  private static final List<PeerId> THREE = peers(7000, 7001, 7002);
  private static final List<PeerId> TWO = peers(7000, 7001);

  private static List<PeerId> peers(int... ports) {
    var peers = new ArrayList<PeerId>();
    for (var port : ports) {
      peers.add(new PeerId("127.0.0.1", port));
    }
    return peers;
  }

  private static LogEntry members(long index, List<PeerId> now, List<PeerId> before) {
    var entry = new LogEntry(EntryType.ENTRY_TYPE_CONFIGURATION);
    entry.setId(new LogId(index, 1));
    entry.setPeers(now);
    if (!before.isEmpty()) {
      entry.setOldPeers(before);
    }
    return entry;
  }

  private static LogEntry data(long index) {
    var entry = new LogEntry(EntryType.ENTRY_TYPE_DATA);
    entry.setId(new LogId(index, 1));
    entry.setData(ByteBuffer.wrap(new byte[150]));
    return entry;
  }

  /** A removal and an addition, each over a joint configuration, with data between. */
  private static final List<LogEntry> LOG =
      List.of(
          members(1, THREE, List.of()),
          data(2),
          members(3, TWO, THREE),
          members(4, TWO, List.of()),
          data(5),
          data(6),
          members(7, THREE, TWO),
          members(8, THREE, List.of()),
          data(9));

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void shouldKnowTheMembersThatItsLogNamesAtWhicheverStepThePowerGoes(double kept)
      throws Exception {
    var config = Drafts.config(root, Drafts.members(3), "n0", Flush.SYNC, SEGMENT_BYTES);
    var random = new Random(19);
    var stored = 0;
    for (var step = 1; stored < LOG.size(); step++) {
      var disk = new SimulatedDisk();
      disk.losePowerAt(step);
      stored = 0;
      try (var store = ReplicaStore.open(disk, config, List.of(), _ -> {})) {
        var log = new RaftLogStorage(store, true);
        while (stored < LOG.size() && log.appendEntry(LOG.get(stored))) {
          stored++;
          if (stored == 5) {
            store.log().saveIndex();
          }
        }
      } catch (IOException e) {
        // The power is gone.
      }
      try (var store =
          ReplicaStore.open(disk.powerLoss(random, kept), config, List.of(), _ -> {})) {
        var last = (int) store.log().lastIndex();
        assertThat(last).as("step %d", step).isBetween(stored, stored + 1);
        assertThat(known(store, last)).as("step %d", step).isEqualTo(named(last));
      }
    }
  }

  private static String known(ReplicaStore store, int last) {
    var configurations = new ConfigurationManager();
    var options = new LogStorageOptions();
    options.setConfigurationManager(configurations);
    assertThat(new RaftLogStorage(store, true).init(options)).isTrue();
    var entry = configurations.get(last);
    return entry.getConf() + " " + entry.getOldConf();
  }

  private static String named(int last) {
    for (var i = last - 1; i >= 0; i--) {
      var entry = LOG.get(i);
      if (entry.getType() == EntryType.ENTRY_TYPE_CONFIGURATION) {
        var before = entry.getOldPeers();
        return new Configuration(entry.getPeers())
            + " "
            + (before == null ? new Configuration() : new Configuration(before));
      }
    }
    return new Configuration() + " " + new Configuration();
  }
}
