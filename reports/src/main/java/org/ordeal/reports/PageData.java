package org.ordeal.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/** Data for a page's script, as JSON that may stand inside a script element. */
final class PageData {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PageData() {}

  /** JSON without a character that HTML or JavaScript could take for its own. */
  static String json(Object data) {
    String text;
    try {
      text = JSON.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write a page's data as JSON", e);
    }
    StringBuilder out = new StringBuilder(text.length() + 64);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Outside strings JSON has none of these, so that an escape is always right.
      if (c == '<' || c == '>' || c == '&' || Html.misleads(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
