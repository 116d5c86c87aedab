package org.ordeal.runner;

/**
 * What was asked for exists, and this system, cluster or runtime cannot have it: a fault that needs
 * two replicas where there is one, a topology that the system does not run. A matrix skips such a
 * cell; what is misspelt it refuses.
 */
public final class ImpossibleException extends UsageException {

  private static final long serialVersionUID = 1L;

  public ImpossibleException(String sentence) {
    super(sentence);
  }
}
