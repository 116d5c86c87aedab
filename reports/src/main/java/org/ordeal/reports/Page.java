package org.ordeal.reports;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The frame of every page: head, style, script, and a content security policy under which nothing
 * but these two runs and nothing is loaded.
 */
final class Page {
  private Page() {}

  /** Writes what is between the frame. */
  interface Body {
    void write(Html html) throws IOException;
  }

  /**
   * Writes a page.
   *
   * @param title the page's title; any text
   * @param data what the script may read, plain data
   */
  static void write(Writer out, String title, Map<String, ?> data, Body body) throws IOException {
    String style = resource("report.css");
    String script = resource("report.js");
    String policy =
        "default-src 'none'; style-src 'sha256-"
            + digest(style)
            + "'; script-src 'sha256-"
            + digest(script)
            + "'; img-src data:; base-uri 'none'; form-action 'none'";
    Html html = new Html(out);
    html.markup("<!doctype html>\n").open("html", "lang", "en").open("head");
    html.markup("<meta charset=\"utf-8\">");
    html.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">");
    html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.markup("<meta name=\"color-scheme\" content=\"light dark\">");
    html.markup("<meta name=\"referrer\" content=\"no-referrer\">");
    html.markup("<link rel=\"icon\" href=\"data:,\">");
    html.element("title", title);
    html.markup("<style>").markup(style).markup("</style>").close("head").open("body");
    html.markup("<a class=\"skip\" href=\"#main\">Skip to content</a>");
    body.write(html);
    html.markup("<script type=\"application/json\" id=\"data\">");
    html.markup(PageData.json(data));
    html.markup("</script><script>").markup(script).markup("</script>");
    html.close("body").close("html");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing from the jar of the reports module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
