package org.ordeal.workloads.client;

import java.util.Map;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.jspecify.annotations.Nullable;
import org.ordeal.workloads.client.Outcome.Kind;

/**
 * The one table that says what each answer and each exception of the Apache client proves about a
 * send. Whatever it does not name is indeterminate: an error counts as a certain failure only where
 * the code that raises it was read and does so before anything is appended.
 *
 * <p><b>Statuses.</b> {@code SEND_OK} acknowledges. {@code FLUSH_DISK_TIMEOUT}, {@code
 * FLUSH_SLAVE_TIMEOUT} and {@code SLAVE_NOT_AVAILABLE} are weaker: the message is in the log of one
 * node at least.
 *
 * <p><b>Response codes</b> of the broker, read in Apache RocketMQ 5.1 to 5.5 (the sources are named
 * so that a reader can check):
 *
 * <table>
 * <caption>Codes that prove that nothing was stored</caption>
 * <tr><td>2 SYSTEM_BUSY</td><td>the request never reached the store ({@code
 *     NettyRemotingAbstract.processRequestCommand}: rejected or overloaded; {@code
 *     BrokerFastFailure}: taken out of the queue unrun; {@code HookUtils}: refused before the
 *     append), or DLedger refused it without a position ({@code DLedgerCommitLog}: {@code
 *     getPos() == -1})</td></tr>
 * <tr><td>3 REQUEST_CODE_NOT_SUPPORTED</td><td>no processor</td></tr>
 * <tr><td>13 MESSAGE_ILLEGAL, 16 NO_PERMISSION, 17 TOPIC_NOT_EXIST, 26
 *     SUBSCRIPTION_GROUP_NOT_EXIST, 29 INVALID_PARAMETER</td><td>validation before the append
 *     ({@code AbstractSendMessageProcessor.msgCheck})</td></tr>
 * <tr><td>215 FLOW_CONTROL, 501 NOT_LEADER_FOR_QUEUE, 1500 GO_AWAY</td><td>refused before
 *     processing</td></tr>
 * </table>
 *
 * <p>Not among them: 1 SYSTEM_ERROR (a DLedger entry without a quorum in time, {@code
 * IN_SYNC_REPLICAS_NOT_ENOUGH}, an unknown error after the append) and 14 SERVICE_NOT_AVAILABLE.
 * The latter is also what {@code DLedgerCommitLog} answers when an entry that it had already
 * appended lost its leader, and cannot be told from the refusal of a slave: indeterminate.
 *
 * <p>The reference broker says in its remark what it knows, whatever the code: {@code [NOT_STORED]}
 * or {@code [OUTCOME_UNKNOWN]}. Apache's broker uses neither word. Should a broker say the first
 * and store the message all the same, the checks find it as {@code aborted-read}.
 *
 * <p><b>Exceptions of the client.</b> {@link RemotingConnectException} (no connection, nothing
 * written) and {@link RemotingTooMuchRequestException} (time used up before anything was written)
 * are certain. {@code RemotingSendRequestException} is not: the client also raises it for every
 * request that was under way when a connection closed. {@code RemotingTimeoutException}, an
 * interrupt and anything unknown are not. An {@link MQClientException} without a cause is raised
 * only before sending (no route, no such broker, message refused by the client's own validation) on
 * the path that this harness uses, a synchronous send to a given queue; one with a cause is judged
 * by its cause.
 */
public final class Outcomes {

  private static final Map<Integer, String> CERTAIN_FAILURES =
      Map.of(
          2, "SYSTEM_BUSY",
          3, "REQUEST_CODE_NOT_SUPPORTED",
          13, "MESSAGE_ILLEGAL",
          16, "NO_PERMISSION",
          17, "TOPIC_NOT_EXIST",
          26, "SUBSCRIPTION_GROUP_NOT_EXIST",
          29, "INVALID_PARAMETER",
          215, "FLOW_CONTROL",
          501, "NOT_LEADER_FOR_QUEUE",
          1500, "GO_AWAY");

  private static final Map<Integer, String> INDETERMINATE_NAMES =
      Map.of(1, "SYSTEM_ERROR", 14, "SERVICE_NOT_AVAILABLE");

  private static final String NOT_STORED = "[NOT_STORED]";
  private static final String OUTCOME_UNKNOWN = "[OUTCOME_UNKNOWN]";
  private static final int REASON_LENGTH = 160;

  private Outcomes() {}

  /** What a send result proves. */
  public static Outcome of(SendStatus status) {
    return switch (status) {
      case SEND_OK -> new Outcome(Kind.ACKNOWLEDGED, status.name());
      case FLUSH_DISK_TIMEOUT, FLUSH_SLAVE_TIMEOUT, SLAVE_NOT_AVAILABLE ->
          new Outcome(Kind.WEAKER, status.name());
    };
  }

  /** What an exception from {@code send} proves. */
  public static Outcome of(Throwable failure) {
    return switch (failure) {
      case MQBrokerException e -> ofCode(e.getResponseCode(), e.getErrorMessage());
      case RemotingConnectException e -> new Outcome(Kind.FAILED, text(e));
      case RemotingTooMuchRequestException e -> new Outcome(Kind.FAILED, text(e));
      case MQClientException e -> ofClient(e);
      default -> new Outcome(Kind.INDETERMINATE, text(failure));
    };
  }

  private static Outcome ofClient(MQClientException failure) {
    Throwable cause = failure.getCause();
    if (cause == null) {
      return new Outcome(Kind.FAILED, text(failure));
    }
    Outcome ofCause = of(cause);
    return new Outcome(ofCause.kind(), shorten(text(failure) + ": " + ofCause.reason()));
  }

  /**
   * What an error code of a broker proves.
   *
   * @param code code of the response
   * @param remark its remark
   */
  public static Outcome ofCode(int code, @Nullable String remark) {
    if (remark != null && remark.startsWith(NOT_STORED)) {
      return new Outcome(Kind.FAILED, shorten(code + " " + remark));
    }
    if (remark != null && remark.startsWith(OUTCOME_UNKNOWN)) {
      return new Outcome(Kind.INDETERMINATE, shorten(code + " " + remark));
    }
    String certain = CERTAIN_FAILURES.get(code);
    if (certain != null) {
      return new Outcome(Kind.FAILED, shorten(code + " " + certain + ": " + remark));
    }
    String name = INDETERMINATE_NAMES.getOrDefault(code, "code");
    return new Outcome(Kind.INDETERMINATE, shorten(code + " " + name + ": " + remark));
  }

  /** An exception in one short line. */
  static String text(Throwable failure) {
    return shorten(failure.getClass().getSimpleName() + ": " + failure.getMessage());
  }

  private static String shorten(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() <= REASON_LENGTH ? line : line.substring(0, REASON_LENGTH) + "...";
  }
}
