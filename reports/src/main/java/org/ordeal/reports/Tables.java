package org.ordeal.reports;

import java.io.IOException;

/** Tables that scroll by themselves where the page is narrow, also by keyboard. */
final class Tables {
  private Tables() {}

  /** Begins a table; a heading that begins with {@code #} stands over numbers. */
  static void open(Html html, String label, String... headings) throws IOException {
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
    html.open("table").open("thead").open("tr");
    for (String heading : headings) {
      if (heading.startsWith("#")) {
        html.element("th", heading.substring(1), "scope", "col", "class", "number");
      } else {
        html.element("th", heading, "scope", "col");
      }
    }
    html.close("tr").close("thead").open("tbody");
  }

  static void close(Html html) throws IOException {
    html.close("tbody").close("table").close("div");
  }
}
