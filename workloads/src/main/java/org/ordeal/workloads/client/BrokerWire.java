package org.ordeal.workloads.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.sysflag.PullSysFlag;
import org.apache.rocketmq.remoting.CommandCustomHeader;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RemotingSerializable;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.body.ClusterInfo;
import org.apache.rocketmq.remoting.protocol.body.KVTable;
import org.apache.rocketmq.remoting.protocol.header.CreateTopicRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMaxOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMinOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.GetMinOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.PullMessageResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.QueryConsumerOffsetResponseHeader;
import org.apache.rocketmq.remoting.protocol.header.UpdateConsumerOffsetRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.namesrv.GetRouteInfoRequestHeader;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.control.Layout;

/**
 * Single requests to one given node, by its address, through the Apache client's own remoting: what
 * its consumers cannot do, because they choose the node themselves. Thread-safe.
 *
 * <p>Errors: {@link MQBrokerException} where the node answered with an error code, {@link
 * RemotingException} where it did not answer; times are in milliseconds.
 */
public final class BrokerWire implements AutoCloseable {

  /**
   * Most messages that are asked for in one pull; Apache's broker returns at most 32 by default.
   */
  static final int PULL_MESSAGES = 32;

  private static final String GROUP = "ordeal-reader";

  private final NettyRemotingClient remoting;

  /** Starts the remoting client. */
  public BrokerWire() {
    NettyClientConfig config = new NettyClientConfig();
    config.setUseTLS(false);
    config.setConnectTimeoutMillis(2_000);
    // A peer that swallowed a request must not swallow the next one on the same connection.
    config.setClientCloseSocketIfTimeout(true);
    this.remoting = new NettyRemotingClient(config);
    this.remoting.start();
  }

  /**
   * What one pull returned.
   *
   * @param code the response code
   * @param next the offset at which the broker would go on
   * @param min first offset that it holds
   * @param max one past its last offset
   * @param messages in order of offset; maybe none
   */
  public record Pulled(int code, long next, long min, long max, List<MessageExt> messages) {

    /** Whether the broker found messages. */
    public boolean found() {
      return code == ResponseCode.SUCCESS;
    }
  }

  /** All clusters and brokers that a NameServer knows. */
  public ClusterInfo cluster(String nameServer, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    RemotingCommand response =
        invoke(nameServer, RequestCode.GET_BROKER_CLUSTER_INFO, null, timeoutMillis);
    return RemotingSerializable.decode(response.getBody(), ClusterInfo.class);
  }

  /** A NameServer's route of a topic. */
  public TopicRouteData route(String nameServer, String topic, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    GetRouteInfoRequestHeader header = new GetRouteInfoRequestHeader();
    header.setTopic(topic);
    RemotingCommand response =
        invoke(nameServer, RequestCode.GET_ROUTEINFO_BY_TOPIC, header, timeoutMillis);
    return RemotingSerializable.decode(response.getBody(), TopicRouteData.class);
  }

  /** Creates a topic, or changes it, on one broker. */
  public void createTopic(String address, String topic, int queues, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    CreateTopicRequestHeader header = new CreateTopicRequestHeader();
    header.setTopic(topic);
    header.setDefaultTopic("TBW102");
    header.setReadQueueNums(queues);
    header.setWriteQueueNums(queues);
    header.setPerm(6);
    header.setTopicFilterType("SINGLE_TAG");
    header.setTopicSysFlag(0);
    header.setOrder(false);
    invoke(address, RequestCode.UPDATE_AND_CREATE_TOPIC, header, timeoutMillis);
  }

  /** One past the last offset of a queue on one node. */
  public long maxOffset(String address, Layout.Queue queue, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    GetMaxOffsetRequestHeader header = new GetMaxOffsetRequestHeader();
    header.setTopic(queue.topic());
    header.setQueueId(queue.id());
    RemotingCommand response = invoke(address, RequestCode.GET_MAX_OFFSET, header, timeoutMillis);
    return header(address, response, GetMaxOffsetResponseHeader.class).getOffset();
  }

  /** The first offset of a queue on one node. */
  public long minOffset(String address, Layout.Queue queue, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    GetMinOffsetRequestHeader header = new GetMinOffsetRequestHeader();
    header.setTopic(queue.topic());
    header.setQueueId(queue.id());
    RemotingCommand response = invoke(address, RequestCode.GET_MIN_OFFSET, header, timeoutMillis);
    return header(address, response, GetMinOffsetResponseHeader.class).getOffset();
  }

  /** Pulls from one node, at once: without waiting for a message to come. */
  public Pulled pull(
      String address, Layout.Queue queue, long offset, int messages, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    PullMessageRequestHeader header = new PullMessageRequestHeader();
    header.setConsumerGroup(GROUP);
    header.setTopic(queue.topic());
    header.setQueueId(queue.id());
    header.setQueueOffset(offset);
    header.setMaxMsgNums(messages);
    header.setSysFlag(PullSysFlag.buildSysFlag(false, false, true, false));
    header.setCommitOffset(0L);
    header.setSuspendTimeoutMillis(0L);
    header.setSubscription("*");
    header.setSubVersion(0L);
    header.setExpressionType("TAG");
    RemotingCommand request =
        RemotingCommand.createRequestCommand(RequestCode.PULL_MESSAGE, header);
    RemotingCommand response = remoting.invokeSync(address, request, timeoutMillis);
    switch (response.getCode()) {
      case ResponseCode.SUCCESS,
          ResponseCode.PULL_NOT_FOUND,
          ResponseCode.PULL_RETRY_IMMEDIATELY,
          ResponseCode.PULL_OFFSET_MOVED -> {}
      default -> throw refused(address, response);
    }
    PullMessageResponseHeader answer = header(address, response, PullMessageResponseHeader.class);
    byte[] body = response.getBody();
    List<MessageExt> found =
        response.getCode() == ResponseCode.SUCCESS && body != null
            ? MessageDecoder.decodes(ByteBuffer.wrap(body))
            : List.of();
    return new Pulled(
        response.getCode(),
        answer.getNextBeginOffset(),
        answer.getMinOffset(),
        answer.getMaxOffset(),
        found);
  }

  /** What a broker tells of itself at this moment, by name. */
  public Map<String, String> runtimeInfo(String address, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    RemotingCommand response =
        invoke(address, RequestCode.GET_BROKER_RUNTIME_INFO, null, timeoutMillis);
    KVTable table = RemotingSerializable.decode(response.getBody(), KVTable.class);
    return table == null || table.getTable() == null ? Map.of() : table.getTable();
  }

  /** A broker's configuration as it is at this moment, role included. */
  public Properties brokerConfig(String address, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    RemotingCommand response = invoke(address, RequestCode.GET_BROKER_CONFIG, null, timeoutMillis);
    Properties properties =
        MixAll.string2Properties(new String(response.getBody(), StandardCharsets.UTF_8));
    return properties == null ? new Properties() : properties;
  }

  /**
   * A group's committed offset on one node.
   *
   * @return the offset, or -1 where none was ever committed
   */
  public long consumerOffset(String address, String group, Layout.Queue queue, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    QueryConsumerOffsetRequestHeader header = new QueryConsumerOffsetRequestHeader();
    header.setConsumerGroup(group);
    header.setTopic(queue.topic());
    header.setQueueId(queue.id());
    header.setSetZeroIfNotFound(false);
    RemotingCommand request =
        RemotingCommand.createRequestCommand(RequestCode.QUERY_CONSUMER_OFFSET, header);
    RemotingCommand response = remoting.invokeSync(address, request, timeoutMillis);
    return switch (response.getCode()) {
      case ResponseCode.QUERY_NOT_FOUND -> -1;
      case ResponseCode.SUCCESS ->
          header(address, response, QueryConsumerOffsetResponseHeader.class).getOffset();
      default -> throw refused(address, response);
    };
  }

  /** Commits a group's offset on one node. */
  public void updateConsumerOffset(
      String address, String group, Layout.Queue queue, long offset, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    UpdateConsumerOffsetRequestHeader header = new UpdateConsumerOffsetRequestHeader();
    header.setConsumerGroup(group);
    header.setTopic(queue.topic());
    header.setQueueId(queue.id());
    header.setCommitOffset(offset);
    invoke(address, RequestCode.UPDATE_CONSUMER_OFFSET, header, timeoutMillis);
  }

  private RemotingCommand invoke(
      String address, int code, @Nullable CommandCustomHeader header, long timeoutMillis)
      throws RemotingException, MQBrokerException, InterruptedException {
    RemotingCommand request = RemotingCommand.createRequestCommand(code, header);
    RemotingCommand response = remoting.invokeSync(address, request, timeoutMillis);
    if (response.getCode() != ResponseCode.SUCCESS) {
      throw refused(address, response);
    }
    return response;
  }

  private static MQBrokerException refused(String address, RemotingCommand response) {
    return new MQBrokerException(response.getCode(), response.getRemark(), address);
  }

  private static <T extends CommandCustomHeader> T header(
      String address, RemotingCommand response, Class<T> type) throws RemotingCommandException {
    T header = type.cast(response.decodeCommandCustomHeader(type));
    if (header == null) {
      throw new RemotingCommandException(
          "%s answered without the fields of a %s.".formatted(address, type.getSimpleName()));
    }
    return header;
  }

  @Override
  public void close() {
    remoting.shutdown();
  }
}
