package org.ordeal.checks.knossos;

/** Knossos was asked for and is not there; the message says how to get it. */
public final class KnossosMissingException extends RuntimeException {

  KnossosMissingException(String where, Throwable cause) {
    super(
        "Knossos was not found "
            + where
            + " ("
            + cause
            + "). It is published on Clojars. In the folder of Ordeal's sources, fetch its jars into a"
            + " folder (an absolute path): mvn -Pknossos -pl harness/checks -am -DskipTests package"
            + " dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/FOLDER; then"
            + " pass --knossos-classpath /FOLDER. Without it, use --engine native.",
        cause);
  }
}
