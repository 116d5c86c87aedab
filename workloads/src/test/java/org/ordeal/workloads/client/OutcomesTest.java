package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.exception.RemotingSendRequestException;
import org.apache.rocketmq.remoting.exception.RemotingTimeoutException;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ordeal.workloads.client.Outcome.Kind;

class OutcomesTest {

  @Test
  void shouldAcknowledgeOnlySendOk() {
    assertThat(Outcomes.of(SendStatus.SEND_OK).kind()).isEqualTo(Kind.ACKNOWLEDGED);
  }

  @ParameterizedTest
  @EnumSource(value = SendStatus.class, names = "SEND_OK", mode = EnumSource.Mode.EXCLUDE)
  void shouldHoldEveryOtherStatusToBeWeaker(SendStatus status) {
    assertThat(Outcomes.of(status)).isEqualTo(new Outcome(Kind.WEAKER, status.name()));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 13, 16, 17, 26, 29, 215, 501, 1500})
  void shouldKnowTheCodesThatProveThatNothingWasStored(int code) {
    assertThat(Outcomes.of(new MQBrokerException(code, "no")).kind()).isEqualTo(Kind.FAILED);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 4, 10, 14, 15, 205, 1501, 2007, 99_999})
  void shouldNotTrustAnyOtherCode(int code) {
    assertThat(Outcomes.of(new MQBrokerException(code, "hm")).kind()).isEqualTo(Kind.INDETERMINATE);
  }

  @Test
  void shouldTakeTheReferenceBrokersWordForWhatItKnows() {
    assertThat(Outcomes.ofCode(14, "[NOT_STORED] not leader: n1 leads").kind())
        .isEqualTo(Kind.FAILED);
    assertThat(Outcomes.ofCode(14, "service not available now").kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(Outcomes.ofCode(2, "[OUTCOME_UNKNOWN] leadership was lost").kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(Outcomes.ofCode(1, null).kind()).isEqualTo(Kind.INDETERMINATE);
  }

  @Test
  void shouldKnowThatNothingWasSentWithoutAConnection() {
    assertThat(Outcomes.of(new RemotingConnectException("n0:10911")).kind()).isEqualTo(Kind.FAILED);
    assertThat(Outcomes.of(new RemotingTooMuchRequestException("call timeout")).kind())
        .isEqualTo(Kind.FAILED);
  }

  @Test
  void shouldNotKnowAfterATimeOutOrABrokenConnection() {
    assertThat(Outcomes.of(new RemotingTimeoutException("n0", 3000)).kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(
            Outcomes.of(new RemotingSendRequestException("n0", new IllegalStateException())).kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(Outcomes.of(new RemotingCommandException("odd answer")).kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(Outcomes.of(new InterruptedException()).kind()).isEqualTo(Kind.INDETERMINATE);
    assertThat(Outcomes.of(new IllegalStateException("bug")).kind()).isEqualTo(Kind.INDETERMINATE);
  }

  @Test
  void shouldJudgeAClientExceptionByItsCause() {
    assertThat(Outcomes.of(new MQClientException("The broker[b] not exist", null)).kind())
        .isEqualTo(Kind.FAILED);
    assertThat(
            Outcomes.of(
                    new MQClientException(
                        "Send [1] times, still failed", new RemotingTimeoutException("n0", 3000)))
                .kind())
        .isEqualTo(Kind.INDETERMINATE);
    assertThat(
            Outcomes.of(
                    new MQClientException(
                        "Send [1] times, still failed", new RemotingConnectException("n0")))
                .kind())
        .isEqualTo(Kind.FAILED);
  }

  @Test
  void shouldKeepTheReasonShortAndOnOneLine() {
    Outcome outcome = Outcomes.ofCode(1, "x".repeat(1000) + "\nsecond line");

    assertThat(outcome.reason()).hasSizeLessThan(200).doesNotContain("\n").startsWith("1 SYSTEM");
  }
}
