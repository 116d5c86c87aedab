package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.util.Map;
import org.ordeal.history.Verdict;

/** The grid of a matrix: one row per configuration, one column per fault. */
final class MatrixTable {
  private MatrixTable() {}

  static void write(MatrixReport matrix, Writer out) throws IOException {
    Page.write(out, "Matrix: " + matrix.system(), Map.of(), html -> body(html, matrix));
  }

  private static void body(Html html, MatrixReport matrix) throws IOException {
    int broken = count(matrix, MatrixReport.Outcome.BROKEN);
    int open = count(matrix, MatrixReport.Outcome.INCONCLUSIVE);
    int weak = count(matrix, MatrixReport.Outcome.NOT_SHOWN);
    Verdict verdict = matrix.verdict();
    html.open("header", "class", "verdict " + Figures.tone(verdict));
    html.open("div", "class", "inner");
    html.element("p", "Durability matrix \u00b7 " + matrix.system(), "class", "eyebrow");
    html.open("h1");
    Badges.icon(html, verdict);
    html.text(
            switch (verdict) {
              case PASS -> "Every promise held";
              case FAIL -> "Promises were broken";
              case UNKNOWN ->
                  open + weak > 0 ? "No promise broken, but not all is shown" : "Nothing was run";
            })
        .close("h1");
    html.element(
        "p",
        sentence(broken, "cell breaks its promise", "cells break their promise")
            + "; "
            + sentence(open, "is inconclusive", "are inconclusive")
            + "; in "
            + weak
            + " a permitted loss was never shown, so that the harness was too weak there.",
        "class",
        "reason");
    html.open("dl", "class", "facts");
    RunPage.fact(html, "Started", matrix.startedAt());
    RunPage.fact(html, "Took", Figures.duration(matrix.seconds() * 1e9));
    RunPage.fact(html, "Command", matrix.command());
    html.close("dl").close("div").close("header");
    html.open("main", "id", "main").open("section", "aria-labelledby", "grid");
    html.element("h2", "Promised and measured", "id", "grid");
    grid(html, matrix);
    html.close("section");
    legend(html);
    html.close("main");
  }

  private static String sentence(int count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  private static int count(MatrixReport matrix, MatrixReport.Outcome outcome) {
    return (int)
        matrix.rows().stream()
            .flatMap(row -> row.cells().stream())
            .filter(cell -> cell.outcome() == outcome)
            .count();
  }

  private static void grid(Html html, MatrixReport matrix) throws IOException {
    String[] headings = new String[matrix.faults().size() + 1];
    headings[0] = "Topology, flush";
    for (int i = 1; i < headings.length; i++) {
      headings[i] = matrix.faults().get(i - 1);
    }
    html.open("div", "class", "panel");
    Tables.open(html, "Matrix", headings);
    for (MatrixReport.Row row : matrix.rows()) {
      html.open("tr").open("th", "scope", "row").text(row.topology());
      html.element("div", row.flush() + " flush", "class", "muted").close("th");
      for (MatrixReport.Cell cell : row.cells()) {
        cell(html, cell);
      }
      html.close("tr");
    }
    Tables.close(html);
    html.close("div");
  }

  private static void cell(Html html, MatrixReport.Cell cell) throws IOException {
    html.open("td", "class", "grid-cell").open("div", "class", tone(cell.outcome()));
    html.open("b");
    if (cell.outcome() != MatrixReport.Outcome.SKIPPED) {
      Badges.icon(
          html,
          switch (cell.outcome()) {
            case HELD, LOSS_SHOWN -> Verdict.PASS;
            case BROKEN -> Verdict.FAIL;
            default -> Verdict.UNKNOWN;
          });
    }
    html.text(word(cell.outcome())).close("b");
    html.element("span", promised(cell.promise()), "class", "muted");
    if (cell.runs() + cell.inconclusive() > 0) {
      html.element(
          "span",
          cell.runsWithLoss()
              + " of "
              + cell.runs()
              + " runs lost or did not come back"
              + (cell.inconclusive() > 0 ? ", " + cell.inconclusive() + " inconclusive" : ""));
      html.element(
          "span",
          Figures.count(cell.lost()) + " of " + Figures.count(cell.acknowledged()) + " lost");
      if (cell.unrecovered() > 0) {
        html.element("span", cell.unrecovered() + " never came back");
      }
      html.element(
          "span",
          "runs that lose: at most " + Figures.brief(cell.lossRateUpperBound() * 100) + " % (95 %)",
          "class",
          "muted");
    }
    if (!cell.note().isEmpty()) {
      html.element("span", Figures.brief(cell.note(), 600), "class", "muted");
    }
    for (int i = 0; i < Math.min(10, cell.reports().size()); i++) {
      html.element("a", "run " + (i + 1), "href", Links.relative(cell.reports().get(i))).text(" ");
    }
    html.close("div").close("td");
  }

  private static String tone(MatrixReport.Outcome outcome) {
    return switch (outcome) {
      case HELD, LOSS_SHOWN -> "good";
      case BROKEN -> "bad";
      case NOT_SHOWN, INCONCLUSIVE -> "unsure";
      case SKIPPED -> "plain";
    };
  }

  private static String word(MatrixReport.Outcome outcome) {
    return switch (outcome) {
      case HELD -> "held";
      case BROKEN -> "broken";
      case LOSS_SHOWN -> "loss shown";
      case NOT_SHOWN -> "not shown";
      case INCONCLUSIVE -> "inconclusive";
      case SKIPPED -> "not run";
    };
  }

  private static String promised(MatrixReport.Promise promise) {
    return switch (promise) {
      case KEEPS -> "promised: keeps";
      case MAY_LOSE -> "promised: may lose";
      case NONE -> "no promise";
    };
  }

  private static void legend(Html html) throws IOException {
    html.open("section", "aria-labelledby", "legend");
    html.element("h2", "How to read it", "id", "legend");
    html.open("dl", "class", "facts wide");
    RunPage.fact(html, "held", "keeps is promised, and no run lost anything");
    RunPage.fact(
        html,
        "broken",
        "a run lost what is promised, never came back, or showed what no loss explains");
    RunPage.fact(
        html, "loss shown", "loss is permitted and was seen: here the harness can see losses");
    RunPage.fact(
        html, "not shown", "loss is permitted, but never seen: here the harness proves nothing");
    RunPage.fact(
        html,
        "inconclusive",
        "runs without evidence of their fault, or with too little load, or planned and not carried out");
    html.close("dl").close("section");
  }
}
