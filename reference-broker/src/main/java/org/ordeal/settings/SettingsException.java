package org.ordeal.settings;

import java.io.Serial;

/** A property file that cannot be used; the message is one or more sentences for its author. */
public final class SettingsException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }
}
