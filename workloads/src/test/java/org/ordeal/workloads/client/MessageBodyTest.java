package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;
import org.ordeal.workloads.control.Layout;

class MessageBodyTest {

  @Test
  void shouldCarryItsValue() {
    byte[] body = MessageBody.of("17.42", 128);

    assertThat(body).hasSize(128);
    assertThat(MessageBody.read(body)).isEqualTo("17.42");
  }

  @Test
  void shouldShowAnyChangedByte() {
    for (int i = 0; i < 64; i++) {
      byte[] body = MessageBody.of("17.42", 64);
      body[i] ^= 1;

      assertThat(MessageBody.read(body)).as("byte %d", i).startsWith(MessageBody.CORRUPT);
    }
  }

  @Test
  void shouldShowATruncatedOrEmptyBody() {
    assertThat(MessageBody.read(new byte[0])).startsWith(MessageBody.CORRUPT);
    assertThat(MessageBody.read("ordeal:1.2:00".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .startsWith(MessageBody.CORRUPT);
  }

  @Test
  void shouldShowAMessageOfAnotherQueue() {
    MessageExt message = new MessageExt();
    message.setTopic("t0");
    message.setQueueId(3);
    message.setBody(MessageBody.of("1.0", 32));

    assertThat(MessageBody.read(message, new Layout.Queue("t0", "b", 3))).isEqualTo("1.0");
    assertThat(MessageBody.read(message, new Layout.Queue("t0", "b", 0)))
        .isEqualTo("misplaced:t0/3:1.0");
  }
}
