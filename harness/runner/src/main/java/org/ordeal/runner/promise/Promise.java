package org.ordeal.runner.promise;

/**
 * Whether acknowledged messages must survive.
 *
 * @param keeps whether one lost acknowledged message is a failure
 * @param waived whether any loss is permitted, also one that no fault explains; never of one that
 *     keeps
 * @param sentence what is promised, and why
 */
public record Promise(boolean keeps, boolean waived, String sentence) {

  /** One that nobody has waived. */
  public Promise(boolean keeps, String sentence) {
    this(keeps, false, sentence);
  }

  /** {@code keeps} or {@code may-lose}. */
  public String word() {
    return keeps ? "keeps" : "may-lose";
  }
}
