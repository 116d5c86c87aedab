package org.ordeal.runner.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.ordeal.runner.Progress;

/**
 * Progress on standard error: on a terminal one line that is rewritten, elsewhere plain lines, one
 * every ten seconds of load. Safe for use by several threads.
 */
final class ConsoleProgress implements Progress {

  private static final double PLAIN_INTERVAL_SECONDS = 10;

  private final PrintWriter err;
  private final boolean terminal;
  private String phase = "";
  private boolean live;
  private double lastPlain = -PLAIN_INTERVAL_SECONDS;

  ConsoleProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public synchronized void phase(String name) {
    end();
    phase = name;
    lastPlain = -PLAIN_INTERVAL_SECONDS;
    err.println("[" + name + "]");
    err.flush();
  }

  @Override
  public synchronized void say(String line) {
    if (live) {
      err.print("\r\u001b[K");
      live = false;
    }
    err.println("  " + line);
    err.flush();
  }

  @Override
  public synchronized void tick(
      double elapsed, double total, long attempted, long ok, double perSecond, String inForce) {
    String line =
        String.format(
            Locale.ROOT,
            "%s %3.0f/%.0f s  %6.0f op/s  %d begun, %d ok%s",
            phase,
            elapsed,
            total,
            perSecond,
            attempted,
            ok,
            inForce.isEmpty() ? "" : "  in force: " + inForce);
    if (terminal) {
      err.print("\r\u001b[K  " + line);
      err.flush();
      live = true;
    } else if (elapsed - lastPlain >= PLAIN_INTERVAL_SECONDS) {
      lastPlain = elapsed;
      err.println("  " + line);
      err.flush();
    }
  }

  @Override
  public synchronized void end() {
    if (live) {
      err.println();
      err.flush();
      live = false;
    }
  }
}
