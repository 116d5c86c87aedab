package org.ordeal.faults.toxiproxy;

import java.util.List;
import java.util.function.ToLongFunction;

/** Statistics of proxies as JSON and in Prometheus's text format. */
final class StatisticsText {
  private StatisticsText() {}

  /** An object with one member per proxy. */
  static String json(List<ProxyStatistics> all) {
    JsonText out = new JsonText().raw("{");
    String separator = "";
    for (ProxyStatistics one : all) {
      out.raw(separator).string(one.name()).raw(":{");
      out.field("listen").string(one.listen()).comma();
      out.field("upstream").string(one.upstream()).comma();
      out.field("enabled").bool(one.enabled()).comma();
      out.field("openConnections").number(one.openConnections()).comma();
      out.field("acceptedConnections").number(one.acceptedConnections()).comma();
      out.field("failedDials").number(one.failedDials()).comma();
      out.field("upstreamBytes");
      bytes(out, one.upstreamBytes());
      out.comma().field("downstreamBytes");
      bytes(out, one.downstreamBytes());
      out.raw("}");
      separator = ",";
    }
    return out.raw("}").toString();
  }

  private static void bytes(JsonText out, ProxyStatistics.Bytes bytes) {
    out.raw("{").field("received").number(bytes.received()).comma();
    out.field("sent").number(bytes.sent()).comma();
    out.field("dropped").number(bytes.dropped()).comma();
    out.field("held").number(bytes.held()).raw("}");
  }

  /** The two counters that the Go server exports, with its names and labels. */
  static String prometheus(List<ProxyStatistics> all) {
    StringBuilder out = new StringBuilder();
    counter(out, "toxiproxy_proxy_received_bytes_total", all, ProxyStatistics.Bytes::received);
    counter(out, "toxiproxy_proxy_sent_bytes_total", all, ProxyStatistics.Bytes::sent);
    return out.toString();
  }

  private static void counter(
      StringBuilder out,
      String name,
      List<ProxyStatistics> all,
      ToLongFunction<ProxyStatistics.Bytes> value) {
    out.append("# HELP ").append(name).append(" \n# TYPE ").append(name).append(" counter\n");
    for (Direction direction : Direction.values()) {
      for (ProxyStatistics one : all) {
        out.append(name).append("{direction=\"").append(direction.label());
        out.append("\",listener=\"").append(label(one.listen()));
        out.append("\",proxy=\"").append(label(one.name()));
        out.append("\",upstream=\"").append(label(one.upstream())).append("\"} ");
        out.append(value.applyAsLong(one.bytes(direction))).append('\n');
      }
    }
  }

  private static String label(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
