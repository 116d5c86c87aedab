package org.ordeal.workloads.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.ordeal.workloads.client.RegisterReplay.Command;
import org.ordeal.workloads.client.RegisterReplay.Outcome;

class RegisterReplayTest {

  private final RegisterReplay replay = new RegisterReplay();

  private Outcome applied(Command command) {
    replay.await(command.id());
    replay.apply(replay.next(), command.text());
    return Objects.requireNonNull(replay.take(command.id()), command.text());
  }

  @Test
  void shouldComputeEveryOutcomeFromTheQueueUpToIt() {
    assertThat(applied(new Command("read", "r", 0, 0, "1.0"))).isEqualTo(new Outcome(true, null));
    assertThat(applied(new Command("cas", "r", 1, 2, "1.1"))).isEqualTo(new Outcome(false, null));
    assertThat(applied(new Command("write", "r", 0, 1, "1.2"))).isEqualTo(new Outcome(true, null));
    assertThat(applied(new Command("cas", "r", 1, 2, "1.3"))).isEqualTo(new Outcome(true, 1L));
    assertThat(applied(new Command("cas", "r", 1, 3, "1.4"))).isEqualTo(new Outcome(false, 2L));
    assertThat(applied(new Command("read", "other", 0, 0, "1.5")).before()).isNull();
    assertThat(applied(new Command("read", "r", 0, 0, "1.6")).before()).isEqualTo(2L);
  }

  @Test
  void shouldCountACommandThatComesTwiceOnce() {
    Command write = new Command("write", "r", 0, 1, "1.0");
    applied(write);
    applied(new Command("write", "r", 0, 2, "1.1"));
    replay.apply(2, write.text());

    assertThat(applied(new Command("read", "r", 0, 0, "1.2")).before()).isEqualTo(2L);
  }

  @Test
  void shouldPassOverWhatIsNoCommand() {
    replay.apply(0, MessageBody.CORRUPT + "12 bytes");
    replay.apply(1, "12.3");

    assertThat(replay.next()).isEqualTo(2);
  }

  @Test
  void shouldNotLeaveAMessageOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> replay.apply(1, new Command("read", "r", 0, 0, "1.0").text()))
        .withMessageContaining("offset 0");
  }
}
