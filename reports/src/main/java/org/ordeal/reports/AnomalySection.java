package org.ordeal.reports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Operation;
import org.ordeal.history.Results;

/** Each anomaly with the operations that show it. */
final class AnomalySection {
  /** Details that are more than a line: they have a picture or a list of their own. */
  private static final Set<String> SHOWN_OTHERWISE = Set.of("bars", "picture", "configurations");

  private static final int MOST_PER_CHECK = 60;
  private static final int MOST_OPERATIONS = 60;
  private static final int MOST_TEXT = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Results results;

  AnomalySection(Results results) {
    this.results = results;
  }

  void write(Html html) throws IOException {
    html.open("section", "aria-labelledby", "anomalies");
    html.element("h2", "Anomalies", "id", "anomalies");
    boolean any = false;
    for (CheckResult check : new TreeMap<>(results.checks()).values()) {
      List<Anomaly> anomalies = check.anomalies();
      if (anomalies.isEmpty()) {
        continue;
      }
      html.element("h3", check.check());
      int shown = Math.min(MOST_PER_CHECK, anomalies.size());
      for (int i = 0; i < shown; i++) {
        write(html, anomalies.get(i), i == 0);
        any = true;
      }
      if (anomalies.size() > shown) {
        html.element(
            "p",
            Figures.count(anomalies.size() - shown) + " more are in results.json.",
            "class",
            "lead");
      }
      counts(html, check.counts());
    }
    if (!any) {
      html.element("p", "None were found.", "class", "lead");
    }
    html.close("section");
  }

  /** How often each was found, also beyond those that are listed. */
  private static void counts(Html html, Map<String, Long> counts) throws IOException {
    if (counts.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder("Counted in all: ");
    String separator = "";
    for (Map.Entry<String, Long> one : new TreeMap<>(counts).entrySet()) {
      text.append(separator).append(one.getKey()).append(' ').append(Figures.count(one.getValue()));
      separator = ", ";
    }
    html.element("p", text.append('.').toString(), "class", "lead");
  }

  private static void write(Html html, Anomaly anomaly, boolean first) throws IOException {
    if (first) {
      html.markup("<details class=\"card\" open>");
    } else {
      html.open("details", "class", "card");
    }
    html.open("summary").element("b", anomaly.name(), "class", "anomaly");
    if (anomaly.key() != null) {
      html.element("span", anomaly.key(), "class", "mono");
    }
    html.element("span", Figures.brief(anomaly.summary(), MOST_TEXT)).close("summary");
    CounterexamplePicture.of(anomaly).ifPresent(picture -> picture.writeUnchecked(html));
    operations(html, anomaly.operations());
    configurations(html, anomaly.details().get("configurations"));
    details(html, anomaly.details());
    html.close("details");
  }

  private static void operations(Html html, List<Operation> operations) throws IOException {
    if (operations.isEmpty()) {
      return;
    }
    Tables.open(
        html,
        "Operations that show it",
        "#Index",
        "#Time",
        "Process",
        "Type",
        "Operation",
        "Key",
        "Value",
        "Node",
        "Error");
    for (Operation one : operations.subList(0, Math.min(MOST_OPERATIONS, operations.size()))) {
      html.open("tr");
      html.element("td", String.valueOf(one.index()), "class", "number");
      html.element("td", Figures.at(one.time()), "class", "number");
      html.element("td", one.byNemesis() ? "nemesis" : String.valueOf(one.process()));
      String type = one.type().name().toLowerCase(Locale.ROOT);
      html.open("td").element("span", type, "class", "type " + type).close("td");
      html.element("td", one.f());
      html.element("td", orDash(one.key()), "class", "mono");
      html.element("td", value(one.value()), "class", "mono");
      html.element("td", orDash(one.node()), "class", "mono");
      html.element("td", Figures.brief(orDash(one.error()), MOST_TEXT)).close("tr");
    }
    Tables.close(html);
    if (operations.size() > MOST_OPERATIONS) {
      html.element(
          "p",
          "and " + (operations.size() - MOST_OPERATIONS) + " more operations in results.json",
          "class",
          "lead");
    }
  }

  /**
   * What a counterexample's object could be like just before the operation that nothing explains.
   */
  private static void configurations(Html html, @Nullable Object configurations)
      throws IOException {
    if (!(configurations instanceof List<?> list) || list.isEmpty()) {
      return;
    }
    html.element("p", "Just before, one of these was the case:", "class", "lead").open("ul");
    for (Object one : list) {
      if (one instanceof Map<?, ?> configuration) {
        String took =
            configuration.get("tookEffect") instanceof List<?> indexes && !indexes.isEmpty()
                ? "; of the open operations these had taken effect: " + indexes
                : "";
        html.element(
            "li", Figures.brief(String.valueOf(configuration.get("state")), MOST_TEXT) + took);
      }
    }
    html.close("ul");
  }

  private static void details(Html html, Map<String, Object> details) throws IOException {
    boolean open = false;
    for (Map.Entry<String, Object> one : new TreeMap<>(details).entrySet()) {
      if (SHOWN_OTHERWISE.contains(one.getKey())) {
        continue;
      }
      if (!open) {
        html.open("dl", "class", "facts");
        open = true;
      }
      RunPage.fact(html, one.getKey(), value(one.getValue()));
    }
    if (open) {
      html.close("dl");
    }
  }

  private static String orDash(@Nullable String text) {
    return text == null || text.isEmpty() ? "\u2013" : text;
  }

  private static String value(@Nullable Object value) {
    if (value instanceof String text) {
      return Figures.brief(text, MOST_TEXT);
    }
    try {
      return Figures.brief(JSON.writeValueAsString(value), MOST_TEXT);
    } catch (JsonProcessingException e) {
      return Figures.brief(String.valueOf(value), MOST_TEXT);
    }
  }
}
