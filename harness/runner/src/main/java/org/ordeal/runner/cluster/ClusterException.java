package org.ordeal.runner.cluster;

/**
 * A cluster could not be started or stopped; the message is a sentence that says what happened, and
 * the last log lines of the node that failed.
 */
public class ClusterException extends Exception {

  private static final long serialVersionUID = 1L;

  public ClusterException(String sentence) {
    super(sentence);
  }

  public ClusterException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
