package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;

/**
 * Writes HTML (and SVG inside it), escaping every text and every attribute's value.
 *
 * <p>Names of tags and attributes come from this module's own code; values may come from anywhere.
 * Characters that would change how their surroundings read (controls, line and paragraph
 * separators, directional overrides) are shown as escapes instead of being obeyed.
 */
final class Html {
  private static final int MOST_TEXT = 8_000;

  private final Writer out;

  Html(Writer out) {
    this.out = out;
  }

  /** Begins an element; {@code attributes} are names and values in turn. */
  Html open(String tag, String... attributes) throws IOException {
    begin(tag, attributes);
    out.write('>');
    return this;
  }

  /** An element that has no content. */
  Html empty(String tag, String... attributes) throws IOException {
    begin(tag, attributes);
    out.write("/>");
    return this;
  }

  private void begin(String tag, String... attributes) throws IOException {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("an attribute of <" + tag + "> has no value");
    }
    out.write('<');
    out.write(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.write(' ');
      out.write(attributes[i]);
      out.write("=\"");
      escape(attributes[i + 1]);
      out.write('"');
    }
  }

  Html close(String tag) throws IOException {
    out.write("</");
    out.write(tag);
    out.write('>');
    return this;
  }

  /** An element that holds a text. */
  Html element(String tag, String text, String... attributes) throws IOException {
    return open(tag, attributes).text(text).close(tag);
  }

  /** A text, escaped, and cut where it is so long that nobody could read it. */
  Html text(String text) throws IOException {
    escape(Figures.brief(text, MOST_TEXT));
    return this;
  }

  private void escape(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.write("&amp;");
        case '<' -> out.write("&lt;");
        case '>' -> out.write("&gt;");
        case '"' -> out.write("&quot;");
        case '\'' -> out.write("&#39;");
        default -> {
          if (misleads(c)) {
            out.write(String.format("\\u%04x", (int) c));
          } else {
            out.write(c);
          }
        }
      }
    }
  }

  /** Whether a character would change how the text around it reads. */
  static boolean misleads(char c) {
    return (c < 0x20 && c != '\n' && c != '\t')
        || (c >= 0x7f && c < 0xa0)
        || c == '\u2028'
        || c == '\u2029'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069')
        || c == '\ufeff';
  }

  /** Markup of our own, written as it is; never anything that a run left behind. */
  Html markup(String own) throws IOException {
    out.write(own);
    return this;
  }
}
