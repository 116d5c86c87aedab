package org.ordeal.checks.log;

import java.io.IOException;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;

/**
 * {@code durability}: each queue is a log of which nothing is missing at the end. A history whose
 * queues were not all read to their end is {@code unknown}, never a pass.
 */
public final class DurabilityCheck implements HistoryCheck {

  @Override
  public String name() {
    return "durability";
  }

  @Override
  public String description() {
    return "Every acknowledged message is returned by the drain, once, where it was acknowledged,"
        + " by every node.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    return new LogAnalysis(name(), true).run(history, budget);
  }
}
