package org.ordeal.runner;

/**
 * What was asked for cannot be: an unknown name, an impossible combination, a file that is missing
 * or corrupt. Exit code 64.
 */
public sealed class UsageException extends OrdealException permits ImpossibleException {

  private static final long serialVersionUID = 1L;

  public UsageException(String sentence) {
    super(ExitCode.USAGE, sentence, null);
  }

  public UsageException(String sentence, Throwable cause) {
    super(ExitCode.USAGE, sentence, cause);
  }

  /**
   * An unknown name, with the nearest known ones.
   *
   * @param kind what it should have been the name of, such as {@code fault}
   * @param name what was given
   * @param known every name that would have done
   */
  public static UsageException unknownName(String kind, String name, Iterable<String> known) {
    return new UsageException(
        "There is no %s called '%s'. %s".formatted(kind, name, Suggestions.sentence(name, known)));
  }
}
