package org.ordeal.runner.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code ordeal --version} prints. */
public final class Version implements IVersionProvider {

  /** Version of Ordeal, from the jar's manifest, or {@code development}. */
  public static String ordeal() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"ordeal " + ordeal(), "JVM " + Runtime.version()};
  }
}
