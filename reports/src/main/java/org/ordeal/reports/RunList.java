package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ordeal.history.Results;
import org.ordeal.history.RunInfo;
import org.ordeal.history.Verdict;

/** The runs of a store as a table, newest first. */
final class RunList {
  private static final int MOST_RUNS = 2_000;

  private RunList() {}

  private record Entry(Path directory, String path, Optional<RunFiles> run) {}

  static void write(Path store, Writer out) throws IOException {
    List<Entry> entries = entries(store);
    Page.write(out, "Runs", Map.of(), html -> body(html, entries));
  }

  private static List<Entry> entries(Path store) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path workload : directories(store)) {
      for (Path run : directories(workload)) {
        if (Files.isRegularFile(run.resolve("run.json"))) {
          String path = workload.getFileName() + "/" + run.getFileName();
          entries.add(new Entry(run, path, RunFiles.tryRead(run)));
        }
      }
    }
    entries.sort(
        Comparator.comparing((Entry entry) -> String.valueOf(entry.directory().getFileName()))
            .reversed());
    return entries.subList(0, Math.min(MOST_RUNS, entries.size()));
  }

  private static List<Path> directories(Path parent) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(
            parent, child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))) {
      children.forEach(found::add);
    }
    return found;
  }

  private static void body(Html html, List<Entry> entries) throws IOException {
    long failed = count(entries, Verdict.FAIL);
    long unknown = count(entries, Verdict.UNKNOWN);
    html.open("header", "class", "verdict plain").open("div", "class", "inner");
    html.element("p", "Ordeal", "class", "eyebrow");
    html.element("h1", "Runs", "class", "neutral");
    html.element(
        "p",
        entries.size()
            + (entries.size() == 1 ? " run: " : " runs: ")
            + failed
            + " failed, "
            + unknown
            + " inconclusive, "
            + count(entries, Verdict.PASS)
            + " passed.",
        "class",
        "reason");
    html.close("div").close("header").open("main", "id", "main").open("section");
    html.open("div", "class", "panel");
    Tables.open(
        html,
        "Runs",
        "Verdict",
        "Workload",
        "System",
        "Topology",
        "Faults",
        "#Acknowledged",
        "#Lost",
        "#Seed",
        "Started",
        "Why");
    for (Entry entry : entries) {
      row(html, entry);
    }
    Tables.close(html);
    html.close("div").close("section").close("main");
  }

  private static long count(List<Entry> entries, Verdict verdict) {
    return entries.stream()
        .filter(entry -> entry.run().map(run -> run.results().verdict() == verdict).orElse(false))
        .count();
  }

  private static void row(Html html, Entry entry) throws IOException {
    html.open("tr");
    if (entry.run().isEmpty()) {
      html.open("td").element("span", "no results", "class", "badge plain").close("td");
      html.element("td", entry.path(), "class", "mono", "colspan", "9").close("tr");
      return;
    }
    RunInfo info = entry.run().get().info();
    Results results = entry.run().get().results();
    html.open("td");
    Badges.verdict(html, results.verdict());
    html.close("td").open("th", "scope", "row");
    if (Files.isRegularFile(entry.directory().resolve("report.html"))) {
      html.element("a", info.workload(), "href", Links.relative(entry.path() + "/report.html"));
    } else {
      html.text(info.workload());
    }
    html.close("th").element("td", info.system());
    html.element("td", info.topology() + ", " + info.flush());
    StringBuilder faults = new StringBuilder();
    results.faults().stream()
        .map(org.ordeal.history.FaultRecord::fault)
        .distinct()
        .limit(6)
        .forEach(fault -> faults.append(faults.isEmpty() ? "" : ", ").append(fault));
    html.element("td", faults.isEmpty() ? "none" : faults.toString());
    html.element("td", Figures.count(results.acknowledged()), "class", "number");
    html.element("td", Figures.count(results.lost()), "class", "number");
    html.element("td", String.valueOf(info.seed()), "class", "number");
    html.element("td", info.startedAt(), "class", "when");
    html.element("td", Figures.brief(results.reason(), 160)).close("tr");
  }
}
