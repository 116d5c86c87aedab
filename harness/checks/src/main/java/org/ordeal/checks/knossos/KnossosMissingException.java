package org.ordeal.checks.knossos;

/** Knossos was asked for and is not there; the message says how to get it. */
public final class KnossosMissingException extends RuntimeException {

  KnossosMissingException(String where, Throwable cause) {
    super(
        "Knossos was not found "
            + where
            + " ("
            + cause
            + "). It is published on Clojars. Either build Ordeal with its profile, which puts it on the"
            + " class path: mvn -Pknossos package; or fetch its jars into a folder: mvn -Pknossos -pl"
            + " harness/checks -am dependency:copy-dependencies -DoutputDirectory=FOLDER; then pass"
            + " --knossos-classpath FOLDER. Without it, use --engine native.",
        cause);
  }
}
