package org.ordeal.runner;

/** Tells whoever waits how far a run is. Safe for use by several threads. */
public interface Progress {

  /** A stage begins. */
  void phase(String phase);

  /** Something worth a line of its own happened. */
  void say(String line);

  /**
   * Numbers of the moment; a terminal shows them on one line that is rewritten, a log now and then.
   *
   * @param elapsedSeconds since the load began
   * @param totalSeconds of the load
   * @param attempted operations begun
   * @param ok operations that certainly took effect
   * @param perSecond operations that ended in the last second
   * @param inForce faults in force, in words; empty for none
   */
  void tick(
      double elapsedSeconds,
      double totalSeconds,
      long attempted,
      long ok,
      double perSecond,
      String inForce);

  /** Ends the live line, if there is one. */
  default void end() {}

  /** Says nothing. */
  static Progress silent() {
    return new Progress() {
      @Override
      public void phase(String phase) {}

      @Override
      public void say(String line) {}

      @Override
      public void tick(double e, double t, long a, long ok, double perSecond, String inForce) {}
    };
  }
}
