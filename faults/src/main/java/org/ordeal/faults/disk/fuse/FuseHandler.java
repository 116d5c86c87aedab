package org.ordeal.faults.disk.fuse;

/** Serves requests. Called by several threads at once, each with a request of its own. */
public interface FuseHandler {
  /** Returned for a request that has no answer. */
  int NO_ANSWER = Integer.MIN_VALUE;

  /**
   * Serves one request: the length of the answer's payload, a negated error number, or {@link
   * #NO_ANSWER}.
   */
  int serve(FuseRequest request);

  /** Somebody who waits for this request's answer was killed or gave up. */
  void interrupted(long unique);
}
