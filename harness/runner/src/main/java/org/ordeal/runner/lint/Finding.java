package org.ordeal.runner.lint;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One thing in a property file that will not do what one thinks.
 *
 * @param severity how bad
 * @param file the file as it was named
 * @param line line number from 1; 0 where the finding is that something is absent
 * @param key the key that it is about
 * @param what what will happen
 * @param advice what to do
 */
public record Finding(
    Severity severity, String file, int line, String key, String what, String advice) {

  /** How bad a finding is. */
  public enum Severity {
    /** It does not do what it says, or the process will not start. */
    @JsonProperty("error")
    ERROR,
    /** It does what it says, but probably not what was meant. */
    @JsonProperty("warning")
    WARNING
  }

  /** One line, as compilers write it. */
  public String text() {
    return "%s:%d: %s: %s: %s %s"
        .formatted(file, line, severity == Severity.ERROR ? "error" : "warning", key, what, advice);
  }
}
