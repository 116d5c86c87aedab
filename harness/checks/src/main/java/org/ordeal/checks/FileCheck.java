package org.ordeal.checks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ordeal.history.Anomaly;
import org.ordeal.history.CheckResult;
import org.ordeal.history.Operation;
import org.ordeal.history.Verdict;

/**
 * The answer on one history file, with its renderings.
 *
 * @param file the file as it was named
 * @param model the model
 * @param results one for each engine, at least one
 */
public record FileCheck(String file, String model, List<CheckResult> results) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public FileCheck {
    results = List.copyOf(results);
  }

  /** A pass or a failure where any engine could decide; they do not contradict each other. */
  public Verdict verdict() {
    return deciding().verdict();
  }

  private CheckResult deciding() {
    return results.stream()
        .filter(result -> result.verdict() != Verdict.UNKNOWN)
        .findFirst()
        .orElse(results.get(0));
  }

  /** One JSON object, in one line. */
  public String json() {
    CheckResult result = deciding();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file);
    json.put("model", model);
    json.put("verdict", label(verdict()));
    json.put("operations", result.operations());
    json.put("seconds", results.stream().mapToDouble(CheckResult::seconds).sum());
    json.put("reason", result.reason());
    json.put(
        "witness",
        result.anomalies().stream()
            .limit(1)
            .flatMap(anomaly -> anomaly.operations().stream())
            .map(Operation::index)
            .toList());
    if (results.size() > 1) {
      Map<String, Object> engines = new LinkedHashMap<>();
      results.forEach(one -> engines.put(one.check(), label(one.verdict()) + ": " + one.reason()));
      json.put("engines", engines);
    }
    if (!result.anomalies().isEmpty()) {
      json.put("counterexample", counterexample(result.anomalies().get(0)));
    }
    Object truncated = result.details().get("truncated");
    if (truncated != null) {
      json.put("truncated", truncated);
    }
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result cannot be written as JSON", e);
    }
  }

  private static Map<String, Object> counterexample(Anomaly anomaly) {
    Map<String, Object> details = new LinkedHashMap<>(anomaly.details());
    if (anomaly.key() != null) {
      details.put("key", anomaly.key());
    }
    return details;
  }

  private static String label(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  /** Lines for a reader; a failure with its counterexample. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (CheckResult result : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s (%s, %d operations, %.3f s%s)%n",
              file,
              label(result.verdict()),
              model,
              result.operations(),
              result.seconds(),
              results.size() > 1 ? ", " + result.check() : ""));
      text.append("  ").append(result.reason()).append(System.lineSeparator());
      for (Anomaly anomaly : result.anomalies()) {
        appendAnomaly(text, anomaly);
      }
    }
    return text.toString();
  }

  private static void appendAnomaly(StringBuilder text, Anomaly anomaly) {
    String line = System.lineSeparator();
    text.append(line);
    if (anomaly.key() != null) {
      text.append("  key ").append(anomaly.key()).append(": ").append(anomaly.summary());
      text.append(line);
    }
    if (anomaly.details().get("picture") instanceof String picture) {
      picture.lines().forEach(bar -> text.append("    ").append(bar).append(line));
    }
    if (anomaly.details().get("configurations") instanceof List<?> configurations
        && !configurations.isEmpty()) {
      text.append("  Just before, one of these was the case:").append(line);
      for (Object configuration : configurations) {
        if (configuration instanceof Map<?, ?> map) {
          text.append("    - ").append(map.get("state"));
          if (map.get("tookEffect") instanceof List<?> indexes && !indexes.isEmpty()) {
            text.append("; of the open operations these had taken effect: ").append(indexes);
          }
          text.append(line);
        }
      }
    }
  }
}
