package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.history.CheckResult;
import org.ordeal.history.FaultRecord;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;

/** The report of one run: verdict first, then the evidence for it. */
final class RunPage {
  private static final int MOST_REASON = 360;

  private final RunFiles run;
  private final HistorySummary history;
  private final LatencySummary latencies;

  private RunPage(RunFiles run) {
    this.run = run;
    this.history =
        run.history()
            .map(HistorySummary::read)
            .orElseGet(() -> HistorySummary.none("This run left no history."));
    this.latencies = run.latencies().map(LatencySummary::read).orElseGet(LatencySummary::none);
  }

  static void write(RunFiles run, Writer out) throws IOException {
    RunPage page = new RunPage(run);
    TimelineSection timeline = new TimelineSection(run.results(), page.history, page.latencies);
    Page.write(
        out,
        Figures.verdict(run.results().verdict())
            + ": "
            + run.info().workload()
            + " on "
            + run.info().system(),
        timeline.data(),
        html -> page.body(html, timeline));
  }

  private void body(Html html, TimelineSection timeline) throws IOException {
    header(html);
    html.open("main", "id", "main");
    notes(html);
    counts(html);
    timeline.write(html);
    new LatencySection(latencies, history.kinds()).write(html);
    checks(html);
    new AnomalySection(run.results()).write(html);
    new FaultSection(run.results().faults()).write(html);
    unavailability(html);
    setting(html);
    html.close("main");
    html.open("footer")
        .text(
            "Ordeal " + run.info().ordealVersion() + ". Files of this run stand beside this page: ")
        .markup(
            "<code>results.json</code>, <code>history.jsonl</code>, <code>executed.json</code>,")
        .markup(" <code>latency.hlog</code>, <code>nodes/</code>.")
        .close("footer");
  }

  private void header(Html html) throws IOException {
    RunInfo info = run.info();
    Results results = run.results();
    html.open("header", "class", "verdict " + Figures.tone(results.verdict()));
    html.open("div", "class", "inner");
    html.open("p", "class", "eyebrow")
        .text(info.workload() + " \u00b7 " + info.system() + " \u00b7 " + info.topology())
        .text(" \u00b7 " + info.flush() + " flush")
        .close("p");
    html.open("h1");
    Badges.icon(html, results.verdict());
    html.text(headline(results.verdict())).close("h1");
    reason(html, results.reason());
    html.open("dl", "class", "facts");
    fact(html, "Promise at stake", info.promise());
    fact(html, "Faults", faultNames(results.faults()));
    fact(html, "Seed", String.valueOf(info.seed()));
    fact(html, "Started", info.startedAt());
    fact(html, "Exit code", String.valueOf(results.exitCode()));
    html.close("dl").close("div").close("header");
  }

  /** One sentence in large letters; a reason that quotes a log keeps the rest folded. */
  private static void reason(Html html, String reason) throws IOException {
    if (reason.length() <= MOST_REASON) {
      html.element("p", reason, "class", "reason");
      return;
    }
    int end = reason.lastIndexOf(". ", MOST_REASON);
    String first = end > 0 ? reason.substring(0, end + 1) : reason.substring(0, MOST_REASON);
    html.element("p", first, "class", "reason");
    html.open("details", "class", "card").element("summary", "All that is known of why");
    html.element("p", reason.substring(first.length()).strip(), "class", "mono");
    html.close("details");
  }

  private static String headline(Verdict verdict) {
    return switch (verdict) {
      case PASS -> "The promise held";
      case FAIL -> "A promise was broken";
      case UNKNOWN -> "This run proves nothing";
    };
  }

  private static String faultNames(List<FaultRecord> faults) {
    Map<String, Integer> names = new LinkedHashMap<>();
    faults.forEach(fault -> names.merge(fault.fault(), 1, Integer::sum));
    if (names.isEmpty()) {
      return "none";
    }
    StringBuilder text = new StringBuilder();
    names.forEach(
        (name, count) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append(count > 1 ? " \u00d7 " + count : ""));
    return text.toString();
  }

  static void fact(Html html, String name, String value) throws IOException {
    html.open("div").element("dt", name).element("dd", value).close("div");
  }

  private void notes(Html html) throws IOException {
    for (String problem :
        new String[] {
          history.problem() == null ? "" : history.problem(),
          latencies.problem() == null ? "" : latencies.problem()
        }) {
      if (!problem.isEmpty()) {
        html.element("p", problem, "class", "note", "role", "note");
      }
    }
  }

  private void counts(Html html) throws IOException {
    Results results = run.results();
    html.open("section", "aria-labelledby", "counts");
    html.element("h2", "Messages", "id", "counts");
    html.open("ul", "class", "tiles");
    tile(html, "Attempted", results.attempted(), "", "sends that were invoked");
    tile(html, "Acknowledged", results.acknowledged(), "", "answered SEND_OK");
    tile(html, "Lost", results.lost(), alarm(results.lost()), "acknowledged, and nowhere any more");
    tile(
        html,
        "Unreadable",
        results.unreadable(),
        alarm(results.unreadable()),
        "in a node's files, but not returned");
    tile(
        html,
        "Unexpected",
        results.unexpected(),
        alarm(results.unexpected()),
        "read, but never sent");
    tile(
        html,
        "Divergent",
        results.divergent(),
        alarm(results.divergent()),
        "served differently by two nodes");
    tile(html, "Duplicated", results.duplicated(), "", "at more than one offset");
    tile(html, "Weaker", results.weaker(), "", "stored, durability not confirmed");
    tile(html, "Indeterminate", results.indeterminate(), "", "nobody knows the outcome");
    tile(html, "Recovered", results.recovered(), "", "indeterminate, and turned up");
    tile(html, "Failed", results.failed(), "", "certainly not stored");
    html.open("li", "class", "tile");
    html.element("b", longestUnavailability());
    html.element("span", "Longest outage", "class", "name");
    html.element("span", "nothing at all could be written", "class", "hint");
    html.close("li").close("ul");
    if (!results.unrecovered().isEmpty()) {
      html.open("p", "class", "note bad-note")
          .text("Never came back after all faults were healed: ")
          .text(String.join(", ", results.unrecovered()))
          .close("p");
    }
    html.close("section");
  }

  /** A zero is good news only where there was something to lose. */
  private String alarm(long count) {
    return count > 0 ? "alarm" : run.results().acknowledged() > 0 ? "calm" : "";
  }

  private String longestUnavailability() {
    return run.results().unavailability().stream()
        .filter(one -> one.key().equals("*"))
        .findFirst()
        .map(one -> Figures.duration(one.longestMillis() * 1e6))
        .orElse("\u2013");
  }

  private static void tile(Html html, String name, long value, String tone, String hint)
      throws IOException {
    html.open("li", "class", ("tile " + tone).trim());
    html.element("b", Figures.count(value));
    html.element("span", name, "class", "name");
    html.element("span", hint, "class", "hint").close("li");
  }

  private void checks(Html html) throws IOException {
    html.open("section", "aria-labelledby", "checks");
    html.element("h2", "Checks", "id", "checks");
    Tables.open(html, "Checks", "Check", "Verdict", "Why", "#Operations", "#Time", "Found");
    for (CheckResult check : new TreeMap<>(run.results().checks()).values()) {
      html.open("tr").element("th", check.check(), "scope", "row");
      html.open("td");
      Badges.verdict(html, check.verdict());
      html.close("td").element("td", Figures.brief(check.reason(), 600));
      html.element("td", Figures.count(check.operations()), "class", "number");
      html.element("td", Figures.duration(check.seconds() * 1e9), "class", "number");
      StringBuilder found = new StringBuilder();
      new TreeMap<>(check.counts())
          .forEach(
              (name, count) ->
                  found
                      .append(found.isEmpty() ? "" : ", ")
                      .append(name)
                      .append(' ')
                      .append(Figures.count(count)));
      html.element("td", found.isEmpty() ? "\u2013" : found.toString()).close("tr");
    }
    Tables.close(html);
    html.close("section");
  }

  private void unavailability(Html html) throws IOException {
    List<Unavailability> all = run.results().unavailability();
    if (all.isEmpty()) {
      return;
    }
    html.open("section", "aria-labelledby", "outages");
    html.element("h2", "Outages", "id", "outages");
    html.element(
        "p",
        "From the first send that failed to the next that was acknowledged, per queue.",
        "class",
        "lead");
    Tables.open(html, "Outages", "Queue", "#Longest", "#In all", "#Windows");
    for (Unavailability one : TimelineLanes.worstFirst(all, 64)) {
      html.open("tr").element("th", TimelineLanes.queueName(one.key()), "scope", "row");
      html.element("td", Figures.duration(one.longestMillis() * 1e6), "class", "number");
      html.element("td", Figures.duration(one.totalMillis() * 1e6), "class", "number");
      html.element("td", Figures.count(one.windows().size()), "class", "number").close("tr");
    }
    Tables.close(html);
    if (all.size() > 64) {
      html.element("p", "and " + (all.size() - 64) + " more queues", "class", "lead");
    }
    html.close("section");
  }

  private void setting(Html html) throws IOException {
    RunInfo info = run.info();
    html.open("section", "aria-labelledby", "setting");
    html.element("h2", "Setting", "id", "setting");
    html.open("dl", "class", "facts wide");
    fact(html, "Command", String.join(" ", info.command()));
    fact(html, "System", info.system());
    fact(html, "SHA-256 of the system", info.systemDigest());
    fact(html, "Topology", info.topology());
    fact(html, "Flush", info.flush());
    fact(html, "Runtime", info.runtime());
    fact(html, "Java of the harness", info.javaVersion());
    for (Map.Entry<String, String> one : new TreeMap<>(info.machine()).entrySet()) {
      fact(html, one.getKey(), Figures.brief(one.getValue(), 2_000));
    }
    for (Map.Entry<String, Object> one : new TreeMap<>(info.options()).entrySet()) {
      fact(html, one.getKey(), Figures.brief(String.valueOf(one.getValue()), 2_000));
    }
    html.close("dl");
    html.open("p", "class", "lead")
        .text("The same seed gives the same plan and inputs, not the same interleaving. ")
        .markup("<code>ordeal replay</code> with this directory carries out what was executed.")
        .close("p");
    html.close("section");
  }
}
