package org.ordeal.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.faults.Attribute;
import org.ordeal.faults.Environment;
import org.ordeal.faults.Evidence;
import org.ordeal.faults.Fault;
import org.ordeal.faults.FaultException;
import org.ordeal.faults.Holds;
import org.ordeal.faults.Injection;
import org.ordeal.faults.Link;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.Order;
import org.ordeal.faults.Target;
import org.ordeal.faults.TargetNode;
import org.ordeal.history.Schedule;
import org.ordeal.runner.plan.FakeFault;
import org.ordeal.runner.plan.FakeFault.Conduct;
import org.ordeal.runner.plan.FaultCatalogue;

/** The order in which the entries of a schedule are carried out. */
@Timeout(60)
class NemesisTest {

  /** How long a fault lingers, in case that the other does not wait for it. */
  private static final long LINGER_MILLIS = 200;

  @TempDir private Path directory;
  private final List<String> injected = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch second = new CountDownLatch(1);
  private final CountDownLatch healed = new CountDownLatch(1);
  private volatile boolean stillInForce;

  @Test
  void shouldInjectAnEntryOnlyWhenEveryEarlierOneIsInForce() throws Exception {
    carryOut(Conduct.TAKES, false);
    assertThat(injected).containsExactly("slow-fsync", "power-loss");
  }

  @Test
  void shouldHealAnEntryOnlyWhenEveryOneWithinItIsInForce() throws Exception {
    carryOut(Conduct.TAKES, false);
    assertThat(stillInForce).isTrue();
    assertThat(healed.getCount()).isZero();
  }

  @Test
  void shouldGoOnWhereAnEarlierEntryCouldNotBeInjected() throws Exception {
    carryOut(Conduct.CANNOT_BE_INJECTED, false);
    assertThat(injected).containsExactly("power-loss");
  }

  @Test
  void shouldBeginNothingOnceItWasStopped() throws Exception {
    carryOut(Conduct.TAKES, true);
    assertThat(injected).isEmpty();
  }

  private void carryOut(Conduct conduct, boolean stopped) throws Exception {
    Fault first = lingering(FakeFault.of("slow-fsync", Need.DISK, "one").that(conduct));
    Fault then = noted(FakeFault.of("power-loss", Need.DISK, "one"));
    Schedule schedule =
        new Schedule(1, 10_000, List.of(entry(0, "slow-fsync"), entry(1, "power-loss")));
    // Every entry is long due: only the order of the schedule is left to decide.
    Environment environment = new At(TimeUnit.MINUTES.toNanos(1));
    try (NemesisJournal journal =
        new NemesisJournal(directory.resolve("nemesis.jsonl"), environment::nanos)) {
      Nemesis nemesis =
          new Nemesis(
              environment, new FaultCatalogue(List.of(first, then)), schedule, journal, line -> {});
      if (stopped) {
        nemesis.stop();
      }
      nemesis.start(0);
      nemesis.await();
      assertThat(nemesis.healAll(1)).isEmpty();
    }
  }

  private static Schedule.Entry entry(long at, String fault) {
    return new Schedule.Entry(at, 2, fault, "one", List.of("n0"), Map.of());
  }

  private Fault lingering(FakeFault fault) {
    return new Wrapped(fault) {
      @Override
      public Injection inject(Environment environment, Order order)
          throws FaultException, InterruptedException {
        assertThat(second.await(LINGER_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
        Injection injection = super.inject(environment, order);
        injected.add(name());
        return new Noticed(injection, healed);
      }
    };
  }

  private Fault noted(FakeFault fault) {
    return new Wrapped(fault) {
      @Override
      public Injection inject(Environment environment, Order order)
          throws FaultException, InterruptedException {
        second.countDown();
        injected.add(name());
        stillInForce = !healed.await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
        return super.inject(environment, order);
      }
    };
  }

  /** A fault that leaves everything to another. */
  private static class Wrapped implements Fault {
    private final Fault fault;

    Wrapped(Fault fault) {
      this.fault = fault;
    }

    @Override
    public String name() {
      return fault.name();
    }

    @Override
    public String description() {
      return fault.description();
    }

    @Override
    public List<Target> targets() {
      return fault.targets();
    }

    @Override
    public List<Attribute> attributes() {
      return fault.attributes();
    }

    @Override
    public Set<Need> needs() {
      return fault.needs();
    }

    @Override
    public Optional<String> refusal(List<Member> members, String target) {
      return fault.refusal(members, target);
    }

    @Override
    public List<String> choose(List<Member> members, String target, RandomGenerator random) {
      return fault.choose(members, target, random);
    }

    @Override
    public Injection inject(Environment environment, Order order)
        throws FaultException, InterruptedException {
      return fault.inject(environment, order);
    }
  }

  /** An injection whose healing is noticed. */
  private record Noticed(Injection injection, CountDownLatch healing) implements Injection {

    @Override
    public List<String> nodes() {
      return injection.nodes();
    }

    @Override
    public Map<String, Object> attributes() {
      return injection.attributes();
    }

    @Override
    public long startNanos() {
      return injection.startNanos();
    }

    @Override
    public void heal() throws FaultException, InterruptedException {
      healing.countDown();
      injection.heal();
    }

    @Override
    public boolean healed() {
      return injection.healed();
    }

    @Override
    public boolean took() {
      return injection.took();
    }

    @Override
    public List<Evidence> evidence() {
      return injection.evidence();
    }
  }

  /** An environment without nodes, in which it is always that time. */
  private record At(long nanos) implements Environment {

    @Override
    public Set<Need> offers() {
      return EnumSet.allOf(Need.class);
    }

    @Override
    public List<TargetNode> targets() {
      return List.of();
    }

    @Override
    public List<Link> links(String from, String to) {
      return List.of();
    }

    @Override
    public Optional<String> leader(String group) {
      return Optional.empty();
    }

    @Override
    public Holds holds() {
      return new Holds();
    }
  }
}
