package org.ordeal.nameserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ordeal.nameserver.RouteTable.BrokerView;
import org.ordeal.nameserver.RouteTable.Route;
import org.ordeal.remoting.Bodies;

/** What NameServers answer, as the JSON bodies that clients read. */
final class RouteBodies {
  private RouteBodies() {}

  /** TopicRouteData. */
  static ObjectNode route(Route route, @Nullable String orderTopicConf) {
    var body = Bodies.object();
    var brokers = body.putArray("brokerDatas");
    route.brokers().forEach(view -> brokers.add(broker(view)));
    var filters = body.putObject("filterServerTable");
    route
        .filterServers()
        .forEach((address, servers) -> servers.forEach(filters.putArray(address)::add));
    if (orderTopicConf != null) {
      body.put("orderTopicConf", orderTopicConf);
    }
    var queues = body.putArray("queueDatas");
    for (var each : route.queues()) {
      queues
          .addObject()
          .put("brokerName", each.brokerName())
          .put("perm", each.queues().perm())
          .put("readQueueNums", each.queues().readQueueNums())
          .put("topicSysFlag", each.queues().topicSysFlag())
          .put("writeQueueNums", each.queues().writeQueueNums());
    }
    return body;
  }

  private static ObjectNode broker(BrokerView view) {
    var node = Bodies.object();
    addresses(view, node.putObject("brokerAddrs"));
    node.put("brokerName", view.brokerName());
    node.put("cluster", view.cluster());
    node.put("enableActingMaster", view.enableActingMaster());
    if (view.zoneName() != null) {
      node.put("zoneName", view.zoneName());
    }
    return node;
  }

  private static void addresses(BrokerView view, ObjectNode target) {
    view.addresses().forEach((id, address) -> target.put(Long.toString(id), address));
  }

  /** ClusterInfo. */
  static ObjectNode clusters(List<BrokerView> brokers) {
    var body = Bodies.object();
    var byName = body.putObject("brokerAddrTable");
    brokers.forEach(view -> byName.set(view.brokerName(), broker(view)));
    var byCluster = body.putObject("clusterAddrTable");
    brokers.forEach(view -> byCluster.withArrayProperty(view.cluster()).add(view.brokerName()));
    return body;
  }

  /** TopicList. */
  static ObjectNode topics(Collection<String> names, @Nullable String brokerAddr) {
    var body = Bodies.object();
    if (brokerAddr != null) {
      body.put("brokerAddr", brokerAddr);
    }
    var list = body.putArray("topicList");
    names.forEach(list::add);
    return body;
  }

  /** GetBrokerMemberGroupResponseBody. */
  static ObjectNode members(String cluster, String brokerName, @Nullable BrokerView view) {
    var body = Bodies.object();
    var group = body.putObject("brokerMemberGroup");
    var addresses = group.putObject("brokerAddrs");
    if (view != null) {
      addresses(view, addresses);
    }
    group.put("brokerName", brokerName);
    group.put("cluster", cluster);
    return body;
  }
}
