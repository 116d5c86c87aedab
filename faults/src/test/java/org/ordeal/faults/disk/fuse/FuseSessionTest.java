package org.ordeal.faults.disk.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a session agrees with the kernel, and how it serves. */
class FuseSessionTest {
  private static final int FLAGS_AT = 12;
  private static final int BIG_WRITES = 1 << 5;
  private static final int ASYNC_DIO = 1 << 15;

  /** The kernel does not sync for O_DSYNC what it has written in the background. */
  @Test
  void shouldNotWantDirectWritesInTheBackground() {
    FuseRequest init = new FuseRequest();
    try {
      init.in.set(JAVA_INT_UNALIGNED, FuseRequest.IN_HEADER + FLAGS_AT, -1);
      assertThat(FuseSession.greet(init)).isGreaterThan(FLAGS_AT);
      int agreed = init.out.get(JAVA_INT_UNALIGNED, FuseRequest.OUT_HEADER + FLAGS_AT);
      assertThat(agreed & BIG_WRITES).isNotZero();
      assertThat(agreed & ASYNC_DIO).isZero();
    } finally {
      init.free();
    }
  }
}
