package org.ordeal.reports;

import java.io.IOException;
import org.ordeal.history.Verdict;

/** Verdicts as small signs: a shape, a word and a colour, so that none of them is needed alone. */
final class Badges {
  private Badges() {}

  static void verdict(Html html, Verdict verdict) throws IOException {
    html.open("span", "class", "badge " + Figures.tone(verdict));
    icon(html, verdict);
    html.text(Figures.verdict(verdict)).close("span");
  }

  static void sign(Html html, boolean good, String word) throws IOException {
    html.open("span", "class", "badge " + (good ? "good" : "unsure"));
    icon(html, good ? Verdict.PASS : Verdict.UNKNOWN);
    html.text(word).close("span");
  }

  static void icon(Html html, Verdict verdict) throws IOException {
    String path =
        switch (verdict) {
          case PASS -> "M3.5 8.5l3 3 6-7";
          case FAIL -> "M4 4l8 8M12 4l-8 8";
          case UNKNOWN -> "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.2";
        };
    html.markup("<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"");
    html.markup(path).markup("\"/></svg>");
  }
}
