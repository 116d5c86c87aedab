package org.ordeal.broker;

import org.ordeal.replication.RoleView;
import org.ordeal.settings.MetricsPage;

/** The broker's numbers in Prometheus' format. */
final class BrokerMetrics {
  private static final double NANOS = 1e9;

  private BrokerMetrics() {}

  static void write(Broker broker, MetricsPage.Writer page) {
    var node = broker.node();
    var counters = node.counters();
    var status = node.replica().status();
    var role = status.role();
    for (var each : RoleView.Role.values()) {
      page.sample(
          "ordeal_broker_role",
          "1 for the role of this member.",
          "gauge",
          "{role=\"" + each.name() + "\"}",
          role.role() == each ? 1 : 0);
    }
    page.gauge("ordeal_broker_term", "Raft term.", (double) role.term());
    page.counter(
        "ordeal_broker_put_messages_total",
        "Messages acknowledged.",
        (double) counters.putMessages.sum());
    page.counter(
        "ordeal_broker_put_bytes_total",
        "Bytes of bodies acknowledged.",
        (double) counters.putBytes.sum());
    page.counter(
        "ordeal_broker_put_refused_total",
        "Sends refused, certainly not stored.",
        (double) counters.putRefused.sum());
    page.counter(
        "ordeal_broker_put_unknown_total",
        "Sends whose outcome stayed open.",
        (double) counters.putUnknown.sum());
    page.counter(
        "ordeal_broker_got_messages_total",
        "Messages given out.",
        (double) counters.gotMessages.sum());
    page.counter(
        "ordeal_broker_got_bytes_total", "Bytes given out.", (double) counters.gotBytes.sum());
    page.gauge("ordeal_broker_held_pulls", "Pulls that wait for a message.", broker.heldPulls());
    page.gauge("ordeal_broker_consumers", "Consumers.", broker.clients().consumerCount());
    page.gauge("ordeal_broker_producers", "Producers.", broker.clients().producerCount());
    page.gauge(
        "ordeal_broker_informed_nameservers",
        "NameServers that know the present state.",
        broker.informedNameServers());
    page.gauge("ordeal_log_first_index", "Raft log.", (double) status.firstIndex());
    page.gauge("ordeal_log_last_index", "Raft log.", (double) status.lastIndex());
    page.gauge("ordeal_log_committed_index", "Raft log.", (double) status.committedIndex());
    page.gauge("ordeal_log_applied_index", "Raft log.", (double) status.appliedIndex());
    page.counter("ordeal_log_fsyncs_total", "Forced writes.", (double) status.fsyncs());
    page.counter(
        "ordeal_log_fsync_seconds_total", "Time of forced writes.", status.fsyncNanos() / NANOS);
    page.counter("ordeal_log_appended_bytes_total", "Written.", (double) status.appendedBytes());
    page.gauge("ordeal_log_segments", "Segments of the commit log.", status.segments());
    page.gauge("ordeal_disk_used_ratio", "Of the commit log's disk.", status.diskUsedRatio());
    page.gauge(
        "ordeal_live_followers",
        "Members that have answered the leader within an election time-out.",
        status.liveFollowers().size());
    page.remoting(broker.remoting());
  }
}
