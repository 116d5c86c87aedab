package org.ordeal.broker;

import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import org.ordeal.remoting.BadRequestException;
import org.ordeal.remoting.Bodies;
import org.ordeal.remoting.Command;
import org.ordeal.remoting.Exchange;
import org.ordeal.remoting.RemotingClient;
import org.ordeal.replication.CommandOutcome;
import org.ordeal.replication.Member;

/**
 * Changes and shows the replication group, by requests of our own: RocketMQ has none for a group
 * that elects its leader itself.
 *
 * <pre>
 *   9001 TRANSFER_LEADERSHIP  member (empty: the most advanced)     to the leader
 *   9002 ADD_MEMBER           member, address host:port             to the leader
 *   9003 REMOVE_MEMBER        member                                to the leader
 *   9004 SHOW_GROUP           body: role, term, leader, members, indexes
 * </pre>
 */
final class GroupHandler {
  static final int TRANSFER_LEADERSHIP = 9_001;
  static final int ADD_MEMBER = 9_002;
  static final int REMOVE_MEMBER = 9_003;
  static final int SHOW_GROUP = 9_004;

  private final Node node;

  GroupHandler(Node node) {
    this.node = node;
  }

  void transfer(Exchange exchange) {
    var member = exchange.fields().text("member", "");
    change(exchange, node.replica().transferLeadership(member.isEmpty() ? null : member));
  }

  void add(Exchange exchange) throws BadRequestException {
    var id = exchange.fields().required("member");
    var address = exchange.fields().required("address");
    try {
      var target = RemotingClient.unresolved(address);
      change(
          exchange,
          node.replica().addMember(new Member(id, target.getHostString(), target.getPort())));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(Outcomes.NOT_STORED + e.getMessage());
    }
  }

  void remove(Exchange exchange) throws BadRequestException {
    change(exchange, node.replica().removeMember(exchange.fields().required("member")));
  }

  private static void change(Exchange exchange, CompletableFuture<CommandOutcome> change) {
    var _ = change.thenAccept(outcome -> exchange.reply(Outcomes.answer(outcome)));
  }

  void show(Exchange exchange) {
    node.read(
        exchange,
        () -> {
          var status = node.replica().status();
          var role = status.role();
          var body = Bodies.object();
          body.put("group", node.settings().brokerName());
          body.put("self", role.self());
          body.put("role", role.role().name());
          body.put("term", role.term());
          body.put("leader", role.leader());
          body.put("failure", role.failure());
          body.put("firstIndex", status.firstIndex());
          body.put("lastIndex", status.lastIndex());
          body.put("committedIndex", status.committedIndex());
          body.put("appliedIndex", status.appliedIndex());
          var members = body.putArray("members");
          node.replica().members().stream()
              .sorted(Comparator.comparing(Member::id))
              .forEach(each -> members.add(each.toString()));
          var followers = body.putArray("liveFollowers");
          status.liveFollowers().forEach(followers::add);
          return Command.success(Bodies.write(body));
        });
  }
}
