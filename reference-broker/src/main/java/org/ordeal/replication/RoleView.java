package org.ordeal.replication;

import org.jspecify.annotations.Nullable;

/**
 * Who leads, as this member sees it.
 *
 * @param term the Raft term
 * @param leader the leader's id, null while none is known
 * @param self this member's id
 * @param failure why this member takes part no more (a sentence), null while it is well
 */
public record RoleView(
    Role role, long term, @Nullable String leader, String self, @Nullable String failure) {

  /** What a member does in its term. */
  public enum Role {
    /** Leads, and has applied an entry of its own term: it may take writes. */
    LEADER,
    FOLLOWER,
    CANDIDATE,
    /**
     * Takes part no more: its store has failed, or it was closed. It may still serve reads of old
     * data.
     */
    FAILED
  }

  public boolean leads() {
    return role == Role.LEADER;
  }
}
