package org.ordeal.runner.promise;

/**
 * Whether acknowledged messages must survive.
 *
 * @param keeps whether one lost acknowledged message is a failure
 * @param sentence what is promised, and why
 */
public record Promise(boolean keeps, String sentence) {

  /** {@code keeps} or {@code may-lose}. */
  public String word() {
    return keeps ? "keeps" : "may-lose";
  }
}
