package org.ordeal.replication;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final PeerId PEER = new PeerId("127.0.0.1", 1);

  /** JRaft does so where the member had caught up before it began to wait for that. */
  @Test
  void shouldAppendUntilAMemberIsNoticedThatHadCaughtUpTooEarly() throws Exception {
    var waiting = new AtomicReference<Closure>();
    var nudges = new AtomicInteger();
    var outcome =
        Membership.changed(
            (peer, closure) -> waiting.set(closure),
            PEER,
            () -> {
              if (nudges.incrementAndGet() == 2) {
                requireNonNull(waiting.get()).run(Status.OK());
              }
            });
    assertThat(outcome).isInstanceOf(CommandOutcome.Done.class);
    assertThat(nudges).hasValue(2);
  }

  @Test
  void shouldAppendNothingWhereAChangeEndsAtOnce() throws Exception {
    var nudges = new AtomicInteger();
    var done =
        Membership.changed(
            (peer, closure) -> closure.run(Status.OK()), PEER, nudges::incrementAndGet);
    var refused =
        Membership.changed(
            (peer, closure) -> closure.run(new Status(RaftError.EBUSY, "Doing another change.")),
            PEER,
            nudges::incrementAndGet);
    assertThat(done).isInstanceOf(CommandOutcome.Done.class);
    assertThat(refused).isInstanceOf(CommandOutcome.Refused.class);
    assertThat(nudges).hasValue(0);
  }
}
