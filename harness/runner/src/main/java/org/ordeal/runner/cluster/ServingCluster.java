package org.ordeal.runner.cluster;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.ordeal.faults.Holds;
import org.ordeal.faults.Member;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.NodeState;
import org.ordeal.runner.cluster.ClusterRuntime.Launch;

/** What every running cluster knows of itself by asking its nodes over the wire. */
public abstract class ServingCluster implements Cluster {

  private static final Duration ROLE_BOUND = Duration.ofSeconds(1);

  private final Launch launch;
  private final Holds holds = new Holds();

  /** A cluster that was, or is being, launched so. */
  protected ServingCluster(Launch launch) {
    this.launch = launch;
  }

  /** Where the harness dials a port of a node, past all proxies. */
  protected abstract InetSocketAddress real(Member member, Port port);

  /** The number at which clients see a port of a node, by its name. */
  protected abstract int seen(Member member, Port port);

  @Override
  public SystemUnderTest system() {
    return launch.system();
  }

  @Override
  public ClusterSpec spec() {
    return launch.spec();
  }

  @Override
  public Holds holds() {
    return holds;
  }

  @Override
  public long nanos() {
    return System.nanoTime() - launch.originNanos();
  }

  @Override
  public List<String> groups() {
    return spec().members(NodeKind.BROKER).stream().map(Member::group).distinct().toList();
  }

  @Override
  public String nameServerAddresses() {
    return spec().members(NodeKind.NAMESERVER).stream()
        .map(server -> server.name() + ":" + seen(server, listen(server)))
        .collect(Collectors.joining(";"));
  }

  @Override
  public Map<String, String> brokerAddresses() {
    Map<String, String> brokers = new LinkedHashMap<>();
    for (Member broker : spec().members(NodeKind.BROKER)) {
      brokers.put(broker.name(), broker.name() + ":" + seen(broker, listen(broker)));
    }
    return brokers;
  }

  @Override
  public List<RoleView> roles() throws InterruptedException {
    return roles(spec().members(NodeKind.BROKER));
  }

  @Override
  public List<String> unawareOf(Collection<String> topics) throws InterruptedException {
    List<String> unaware = new ArrayList<>();
    for (Member broker : spec().members(NodeKind.BROKER)) {
      if (!TopicObserver.knows(real(broker, listen(broker)), topics, ROLE_BOUND)) {
        unaware.add(broker.name());
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return unaware;
  }

  @Override
  public Optional<String> leader(String group) throws InterruptedException {
    List<RoleView> claims =
        roles(
                spec().members(NodeKind.BROKER).stream()
                    .filter(member -> member.group().equals(group))
                    .toList())
            .stream()
            .filter(view -> view.role() == RoleView.Role.LEADER)
            .toList();
    if (claims.size() == 1) {
      return Optional.of(claims.getFirst().node());
    }
    // Several: one of them does not know yet that it was deposed. The latest term wins.
    long latest = claims.stream().mapToLong(view -> view.term().orElse(-1)).max().orElse(-1);
    List<RoleView> newest =
        claims.stream().filter(view -> view.term().orElse(-1) == latest).toList();
    if (newest.size() == 1) {
      return Optional.of(newest.getFirst().node());
    }
    Set<String> claimants = claims.stream().map(RoleView::node).collect(Collectors.toSet());
    return namedLeader(group).filter(claimants::contains);
  }

  /** The leader that most NameServers name; empty where none has more votes than every other. */
  Optional<String> namedLeader(String group) {
    Map<String, Integer> votes = new HashMap<>();
    for (Member server : spec().members(NodeKind.NAMESERVER)) {
      namedLeader(server, group).ifPresent(named -> votes.merge(named, 1, Integer::sum));
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    List<String> first =
        votes.entrySet().stream()
            .filter(vote -> vote.getValue() == most)
            .map(Map.Entry::getKey)
            .toList();
    return first.size() == 1 ? Optional.of(first.getFirst()) : Optional.empty();
  }

  /** The leader that one NameServer names. */
  Optional<String> namedLeader(Member server, String group) {
    return RoleObserver.leaderAddress(real(server, listen(server)), group, ROLE_BOUND)
        .map(address -> address.substring(0, address.lastIndexOf(':')));
  }

  private List<RoleView> roles(List<Member> brokers) throws InterruptedException {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RoleView>> asked =
          brokers.stream().map(broker -> each.submit(() -> role(broker))).toList();
      List<RoleView> views = new ArrayList<>();
      for (Future<RoleView> answer : asked) {
        views.add(answer.get());
      }
      return views;
    } catch (ExecutionException e) {
      throw new IllegalStateException("A broker's role could not be asked.", e.getCause());
    }
  }

  private RoleView role(Member broker) {
    InetSocketAddress address = real(broker, listen(broker));
    // A frozen or dead process answers nobody: no need to wait for that.
    RoleObserver.Claim claim =
        node(broker.name()).state() == NodeState.RUNNING
            ? RoleObserver.ask(address, ROLE_BOUND)
            : new RoleObserver.Claim(RoleView.Role.DOWN, OptionalLong.empty());
    return new RoleView(broker.name(), broker.group(), claim.role(), claim.term(), nanos());
  }

  private Port listen(Member member) {
    return system().ports(spec(), member).stream()
        .filter(port -> port.name().equals("listen"))
        .findFirst()
        .orElseThrow();
  }
}
