package org.ordeal.nameserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.ordeal.nameserver.Registration.TopicQueues;
import org.ordeal.nameserver.Registration.Version;

class RouteTableTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RouteTable table = new RouteTable(nanos::get);

  private static Registration registration(String address, long id, long term) {
    return new Registration(
        "cluster",
        "broker",
        address,
        id,
        address,
        10_000,
        false,
        null,
        new Version(term, 1, 1),
        Map.of("topic", new TopicQueues(4, 4, 6, 0), "other", new TopicQueues(1, 1, 6, 0)),
        List.of());
  }

  private Map<Long, String> addresses() {
    var route = table.route("topic");
    return route == null ? Map.of() : route.brokers().get(0).addresses();
  }

  @Test
  void shouldMoveAnAddressWhenItsRoleChanges() {
    table.register(registration("a:1", 0, 1), "c1");
    table.register(registration("b:1", 2, 1), "c2");
    table.register(registration("a:1", 1, 2), "c1");
    assertThat(addresses()).containsExactly(Map.entry(1L, "a:1"), Map.entry(2L, "b:1"));
    table.register(registration("b:1", 0, 2), "c2");
    assertThat(addresses()).containsExactly(Map.entry(0L, "b:1"), Map.entry(1L, "a:1"));
  }

  @Test
  void shouldIgnoreAMasterOfAnEarlierTerm() {
    table.register(registration("a:1", 0, 1), "c1");
    table.register(registration("b:1", 0, 2), "c2");
    assertThat(table.register(registration("a:1", 0, 1), "c1").accepted()).isFalse();
    assertThat(addresses()).containsEntry(0L, "b:1");
  }

  @Test
  void shouldNotLetTheEndOfAnOldConnectionWipeAFreshRegistration() {
    table.register(registration("a:1", 0, 1), "old");
    table.register(registration("a:1", 0, 1), "new");
    assertThat(table.disconnected("old")).isEmpty();
    assertThat(table.unregister("cluster", "a:1", "broker", 0, "old")).isFalse();
    assertThat(addresses()).containsEntry(0L, "a:1");
    assertThat(table.disconnected("new")).containsExactly("a:1");
    assertThat(table.route("topic")).isNull();
  }

  @Test
  void shouldForgetASilentBrokerAndKeepOneThatIsHeard() {
    table.register(registration("a:1", 0, 1), "c1");
    table.register(registration("b:1", 1, 1), "c2");
    nanos.set(8_000_000_000L);
    assertThat(table.heard("cluster", "b:1", "c2")).isEqualTo(new Version(1, 1, 1));
    nanos.set(11_000_000_000L);
    assertThat(table.expire()).containsExactly("a:1");
    assertThat(addresses()).containsExactly(Map.entry(1L, "b:1"));
  }

  @Test
  void shouldRefuseASingleTopicOfABrokerThatItDoesNotKnow() {
    var told = registration("a:1", 0, 1);
    var single =
        new Registration(
            "cluster",
            "broker",
            "a:1",
            0,
            "a:1",
            10_000,
            false,
            null,
            told.version(),
            Map.of("topic", Objects.requireNonNull(told.topics().get("topic"))),
            List.of());
    assertThat(table.register(single, "c1").accepted()).isFalse();
    assertThat(table.brokers()).isEmpty();
    table.register(told, "c1");
    assertThat(table.register(single, "c1").accepted()).isTrue();
  }

  @Test
  void shouldTakeAndGiveTheRightToWrite() {
    table.register(registration("a:1", 0, 1), "c1");
    assertThat(table.writePermission("broker", false)).isEqualTo(2);
    table.register(registration("a:1", 0, 1), "c1");
    assertThat(perm()).isEqualTo(4);
    assertThat(table.writePermission("broker", true)).isEqualTo(2);
    assertThat(perm()).isEqualTo(6);
  }

  private int perm() {
    return Objects.requireNonNull(table.route("topic")).queues().get(0).queues().perm();
  }
}
