package org.ordeal.replication;

import com.alipay.sofa.jraft.JRaftServiceFactory;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.RaftServiceFactory;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.DefaultJRaftServiceFactory;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.option.ReadOnlyOption;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import com.alipay.sofa.jraft.storage.LogStorage;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;
import com.alipay.sofa.jraft.storage.SnapshotStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.replication.CommittedGuard.Contradiction;

/**
 * JRaft's node with our storages, and the server that its peers talk to ({@link PeerServer}).
 *
 * <p>Peers are names: bolt resolves one when it connects, so each process may have its own view of
 * where a peer is. The server listens on the address of this member's own name only. A group of one
 * needs no server.
 */
final class RaftGroup {
  private static final int CLOSE_SECONDS = 10;

  private final ReplicaConfig config;
  private final ReplicaStore store;
  private final ReplicaMachine machine;
  private final RaftLogStorage logStorage;
  private final PeerId self;
  private @Nullable BoltRpcServer server;
  private @Nullable ExecutorService rpcThreads;
  private @Nullable Admission admission;
  private @Nullable CommittedGuard guard;
  private volatile @Nullable VoteFile votes;
  private volatile @Nullable Node node;
  private List<Member> firstMembers = List.of();
  private boolean closed;

  /** Whether JRaft's threads have ended at the last {@link #shutDown}. */
  private boolean stopped;

  private RaftGroup(
      ReplicaConfig config, ReplicaStore store, ReplicaMachine machine, RaftLogStorage logStorage)
      throws IOException {
    this.config = config;
    this.store = store;
    this.machine = machine;
    this.logStorage = logStorage;
    this.self = peer(selfOf(config));
  }

  static PeerId peer(Member member) {
    return new PeerId(member.host(), member.port());
  }

  /** This member's entry of the configuration. */
  static Member selfOf(ReplicaConfig config) throws IOException {
    return config.members().stream()
        .filter(member -> member.id().equals(config.self()))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "The group %s has no member %s among %s."
                        .formatted(config.group(), config.self(), config.members())));
  }

  /** A group of one: nobody to ask, nobody to listen to. */
  static RaftGroup alone(
      ReplicaConfig config, ReplicaStore store, ReplicaMachine machine, RaftLogStorage logStorage)
      throws IOException {
    var group = new RaftGroup(config, store, machine, logStorage);
    group.startNode(config.members());
    return group;
  }

  /**
   * Listens for the peers, since the port may be taken, and starts the node as soon as this store
   * may take part.
   *
   * @param contradicted told of the first entry that this member knows to be committed and its
   *     leader has another one for; must not wait
   * @throws IOException with a sentence
   */
  static RaftGroup start(
      ReplicaConfig config,
      ReplicaStore store,
      ReplicaMachine machine,
      RaftLogStorage logStorage,
      Admission admission,
      Membership membership,
      Consumer<Contradiction> contradicted)
      throws IOException {
    var group = new RaftGroup(config, store, machine, logStorage);
    try {
      group.admission = admission;
      group.rpcThreads = PeerServer.threads(config.self());
      var guard = new CommittedGuard(group.rpcThreads, store, group::term, contradicted);
      group.guard = guard;
      group.server =
          PeerServer.listen(
              selfOf(config),
              group.rpcThreads,
              guard,
              asked -> answer(config, admission, membership, asked));
      admission.begin(group::startMember);
      return group;
    } catch (IOException | RuntimeException e) {
      group.close();
      throw e;
    }
  }

  private static IdentityMessage answer(
      ReplicaConfig config, Admission admission, Membership membership, IdentityMessage asked) {
    if (!asked.group().equals(config.group())) {
      return admission.no("This is a member of %s.".formatted(config.group()));
    }
    return switch (asked.kind()) {
      case ASK -> admission.answer(asked);
      case TAKE_IN -> membership.takeIn(asked);
      case ADMIT -> admission.admit(asked);
      case KNOWN, WAIT, MEMBER -> admission.no("That is no question.");
    };
  }

  private void startMember(List<Member> first, boolean founding) throws IOException {
    startNode(first);
    var started = node;
    if (founding && started != null && first.getFirst().id().equals(config.self())) {
      FirstElection.hasten(started);
    }
  }

  /** The newest term that this member has written down. */
  long term() {
    var known = votes;
    return known == null ? 0 : known.getTerm();
  }

  /** What is done while JRaft does not run. */
  interface Mending {
    void mend() throws IOException;
  }

  /**
   * Stops JRaft, does something to the store, and starts it again; unless this is closing.
   *
   * @throws IOException also where JRaft did not stop: nothing was done then, and it stays stopped
   */
  synchronized void restart(Mending mending) throws IOException {
    if (closed || shutDown() == null) {
      return;
    }
    NodeManager.getInstance().removeAddress(self.getEndpoint());
    node = null;
    if (!stopped) {
      throw new IOException("JRaft did not stop within %d s.".formatted(CLOSE_SECONDS));
    }
    mending.mend();
    startNode(firstMembers);
    if (guard != null) {
      guard.mended();
    }
  }

  private synchronized void startNode(List<Member> first) throws IOException {
    firstMembers = List.copyOf(first);
    var options = options(first);
    NodeManager.getInstance().addAddress(self.getEndpoint());
    try {
      node = RaftServiceFactory.createAndInitRaftNode(raftName(config.group()), self, options);
    } catch (RuntimeException e) {
      NodeManager.getInstance().removeAddress(self.getEndpoint());
      throw new IOException(
          "JRaft did not start member %s of %s; its log says why.".formatted(self, config.group()),
          e);
    }
  }

  /** JRaft takes letters, digits, - and _ only, RocketMQ other names too, such as a host's. */
  static String raftName(String group) {
    return group.matches("[a-zA-Z][a-zA-Z0-9_-]*")
        ? group
        : "x-" + HexFormat.of().formatHex(group.getBytes(StandardCharsets.UTF_8));
  }

  private NodeOptions options(List<Member> first) {
    var raft = new RaftOptions();
    raft.setSync(config.flush() == ReplicaConfig.Flush.SYNC);
    raft.setSyncMeta(true);
    raft.setReadOnlyOptions(ReadOnlyOption.ReadOnlySafe);
    raft.setMaxElectionDelayMs((int) Math.max(100, config.electionTimeout().toMillis() * 2 / 3));
    raft.setDisruptorBufferSize(8192);
    raft.setMaxLogsInMemoryBytes(64 << 20);
    raft.setApplyBatch(128);
    raft.setOpenStatistics(false);
    var options = new NodeOptions();
    options.setElectionTimeoutMs((int) config.electionTimeout().toMillis());
    options.setFsm(machine);
    options.setInitialConf(new Configuration(first.stream().map(RaftGroup::peer).toList()));
    options.setLogUri(config.commitLogDirectory().toString());
    options.setRaftMetaUri(config.directory().resolve(VoteFile.NAME).toString());
    options.setSnapshotUri(config.directory().resolve("state").toString());
    options.setSnapshotIntervalSecs(
        0); // Checkpoints are our own; a snapshot is taken for retention only.
    // The timers that JRaft makes for a node alone wake a thread each every millisecond.
    options.setSharedElectionTimer(true);
    options.setSharedVoteTimer(true);
    options.setSharedStepDownTimer(true);
    options.setSharedSnapshotTimer(true);
    options.setDisableCli(true);
    options.setEnableMetrics(false);
    options.setRaftOptions(raft);
    options.setServiceFactory(factory());
    return options;
  }

  private JRaftServiceFactory factory() {
    return new DefaultJRaftServiceFactory() {
      @Override
      public LogStorage createLogStorage(String uri, RaftOptions options) {
        return logStorage;
      }

      @Override
      public RaftMetaStorage createRaftMetaStorage(String uri, RaftOptions options) {
        var file = new VoteFile(store.disk(), config.directory().resolve(VoteFile.NAME));
        votes = file;
        return file;
      }

      @Override
      public SnapshotStorage createSnapshotStorage(NodeOptions options) {
        return new RaftSnapshots(store, config, self.getEndpoint(), options.getRaftOptions());
      }
    };
  }

  /** JRaft's node; null while this member does not take part yet. */
  @Nullable Node node() {
    return node;
  }

  boolean wasRefused() {
    return admission != null && admission.wasRefused();
  }

  PeerId self() {
    return self;
  }

  /**
   * The id of a member by its address; the address itself where the configuration does not name it.
   */
  static String idOf(ReplicaConfig config, PeerId peer) {
    return config.members().stream()
        .filter(member -> peer(member).equals(peer))
        .map(Member::id)
        .findFirst()
        .orElse(peer.toString());
  }

  void close() {
    if (admission != null) {
      admission.close();
    }
    Node running;
    synchronized (this) {
      closed = true;
      running = shutDown();
    }
    if (server != null) {
      server.shutdown();
    }
    if (rpcThreads != null) {
      rpcThreads.shutdownNow();
    }
    if (running != null) {
      NodeManager.getInstance().removeAddress(self.getEndpoint());
    }
  }

  private synchronized @Nullable Node shutDown() {
    var running = node;
    if (running == null) {
      return null;
    }
    stopped = false;
    running.shutdown();
    var ended = Thread.ofPlatform().daemon().name("raft-join").start(() -> join(running));
    try {
      ended.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
      stopped = !ended.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return running;
  }

  private static void join(Node node) {
    try {
      node.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  ReplicaConfig config() {
    return config;
  }
}
