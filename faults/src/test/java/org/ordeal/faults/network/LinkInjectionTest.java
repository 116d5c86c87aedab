package org.ordeal.faults.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ordeal.faults.Environment;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Holds;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Link;
import org.ordeal.faults.Need;
import org.ordeal.faults.Order;
import org.ordeal.faults.StandInBroker;
import org.ordeal.faults.toxiproxy.EmbeddedToxiproxy;

/**
 * What a network fault claims to have seen; the proxies are real, the nodes behind them are not.
 */
class LinkInjectionTest {

  private EmbeddedToxiproxy server;
  private World world;

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedToxiproxy.start("127.0.0.1", 0);
    world = new World(new ToxiproxyClient(server.host(), server.port()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Injection partition() throws FaultException, InterruptedException {
    return new PartitionFault().inject(world, new Order("f1", "one", List.of("n0"), Map.of(), 1));
  }

  @Test
  void shouldStandByWhatItSawWhenHealingHasToBeTriedAgain() throws Exception {
    Injection cut = partition();
    assertThat(cut.took()).isTrue();
    world.unreachable.set(true);
    assertThatThrownBy(cut::heal).isInstanceOf(FaultException.class);
    assertThat(world.toxics()).isZero();
    world.unreachable.set(false);
    cut.heal();
    assertThat(cut.took()).isTrue();
    assertThat(cut.healed()).isTrue();
  }

  @Test
  void shouldNotClaimToHaveSeparatedNodesThatStillHearEachOther() throws Exception {
    world.deaf.set(true);
    Injection cut = partition();
    assertThat(cut.took()).isFalse();
    cut.heal();
    assertThat(cut.took()).isFalse();
  }

  /** Two brokers and a link each way. */
  private static final class World implements Environment {
    private final Holds holds = new Holds();
    private final List<Broker> brokers = List.of(new Broker("n0"), new Broker("n1"));
    private final Map<String, Link> links = new HashMap<>();

    /** The links cannot even be probed once they carry no toxic any more. */
    final AtomicBoolean unreachable = new AtomicBoolean();

    /** Links answer whatever toxics they carry. */
    final AtomicBoolean deaf = new AtomicBoolean();

    World(ToxiproxyClient client) throws IOException {
      for (String way : List.of("n0->n1", "n1->n0")) {
        Proxy proxy = client.createProxy(way, "127.0.0.1:0", "127.0.0.1:9");
        links.put(way, new Wire(way.substring(0, 2), way.substring(4), proxy));
      }
    }

    int toxics() throws IOException {
      int all = 0;
      for (Link link : links.values()) {
        all += link.proxy().toxics().getAll().size();
      }
      return all;
    }

    @Override
    public Set<Need> offers() {
      return EnumSet.of(Need.NETWORK);
    }

    @Override
    public List<Broker> targets() {
      return brokers;
    }

    @Override
    public List<Link> links(String from, String to) {
      Link link = links.get(from + "->" + to);
      return link == null ? List.of() : List.of(link);
    }

    @Override
    public Optional<String> leader(String group) {
      return Optional.of("n0");
    }

    @Override
    public Holds holds() {
      return holds;
    }

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    private final class Wire implements Link {
      private final String from;
      private final String to;
      private final Proxy proxy;

      Wire(String from, String to, Proxy proxy) {
        this.from = from;
        this.to = to;
        this.proxy = proxy;
      }

      @Override
      public String from() {
        return from;
      }

      @Override
      public String to() {
        return to;
      }

      @Override
      public String port() {
        return "raft";
      }

      @Override
      public Proxy proxy() {
        return proxy;
      }

      @Override
      public Probe probe(int payloadBytes, Duration atMost) {
        try {
          boolean silent = !proxy.toxics().getAll().isEmpty() && !deaf.get();
          if (!silent && unreachable.get()) {
            throw new IllegalStateException("no probe today");
          }
          return silent
              ? new Probe(Probe.Outcome.SILENT, atMost.toNanos())
              : new Probe(Probe.Outcome.ANSWERED, 1_000_000);
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }

      @Override
      public Optional<Traffic> traffic() {
        return Optional.empty();
      }
    }
  }

  /** A broker that runs. */
  private static final class Broker extends StandInBroker {
    Broker(String name) {
      super(name);
    }
  }
}
