package org.ordeal.reports;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.history.FaultRecord;

/** Each fault with the evidence that it took. */
final class FaultSection {
  /** Up to so many are shown with their evidence at once; of more, those without any. */
  private static final int MOST_OPEN = 8;

  private static final int MOST_FAULTS = 200;
  private static final int MOST_EVIDENCE = 50;

  private final List<FaultRecord> faults;

  FaultSection(List<FaultRecord> faults) {
    this.faults = faults;
  }

  void write(Html html) throws IOException {
    html.open("section", "aria-labelledby", "faults");
    html.element("h2", "Faults and their evidence", "id", "faults");
    if (faults.isEmpty()) {
      html.element("p", "No fault was injected in this run.", "class", "lead");
    }
    for (FaultRecord fault : faults.subList(0, Math.min(MOST_FAULTS, faults.size()))) {
      write(html, fault, faults.size() <= MOST_OPEN || !fault.took());
    }
    if (faults.size() > MOST_FAULTS) {
      html.element(
          "p", "and " + (faults.size() - MOST_FAULTS) + " more in results.json", "class", "lead");
    }
    html.close("section");
  }

  private static void write(Html html, FaultRecord fault, boolean open) throws IOException {
    html.markup(open ? "<details class=\"card\" open>" : "<details class=\"card\">");
    html.open("summary").element("b", fault.fault() + " " + fault.target());
    Badges.sign(html, fault.took(), fault.took() ? "took" : "no evidence");
    html.element("span", String.join(", ", fault.nodes()), "class", "mono");
    html.element(
        "span",
        Figures.at(fault.startNanos())
            + (fault.endNanos() == null
                ? ", never healed"
                : " for " + Figures.duration(fault.endNanos() - fault.startNanos())),
        "class",
        "muted");
    html.close("summary");
    if (!fault.attributes().isEmpty()) {
      html.open("dl", "class", "facts");
      for (Map.Entry<String, Object> one : new TreeMap<>(fault.attributes()).entrySet()) {
        RunPage.fact(html, one.getKey(), Figures.brief(String.valueOf(one.getValue()), 500));
      }
      html.close("dl");
    }
    if (fault.evidence().isEmpty()) {
      html.element("p", "Nothing was observed that shows this fault in force.");
    } else {
      html.open("ol", "class", "evidence");
      List<FaultRecord.Evidence> evidence = fault.evidence();
      for (FaultRecord.Evidence one :
          evidence.subList(0, Math.min(MOST_EVIDENCE, evidence.size()))) {
        html.open("li");
        html.element("span", Figures.at(one.timeNanos()), "class", "muted number");
        html.element("span", one.node(), "class", "mono");
        html.element("span", Figures.brief(one.observation(), 1_000)).close("li");
      }
      html.close("ol");
    }
    html.close("details");
  }
}
