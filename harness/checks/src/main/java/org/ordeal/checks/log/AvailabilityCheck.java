package org.ordeal.checks.log;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ordeal.checks.CheckBudget;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.history.CheckResult;
import org.ordeal.history.HistorySource;
import org.ordeal.history.Unavailability;
import org.ordeal.history.Verdict;

/**
 * {@code availability}: measures how long queues could not be written. It promises nothing, so it
 * fails nothing; a history in which nothing was ever written is {@code unknown}.
 */
public final class AvailabilityCheck implements HistoryCheck {

  @Override
  public String name() {
    return "availability";
  }

  @Override
  public String description() {
    return "Measures, per queue and in all, from the first failed send to the next that succeeds.";
  }

  @Override
  public CheckResult check(HistorySource history, CheckBudget budget) throws IOException {
    long start = System.nanoTime();
    try {
      return measured(Availability.of(history, budget), start);
    } catch (Availability.BudgetSpentException e) {
      return undecided(String.valueOf(e.getMessage()), start);
    } catch (OutOfMemoryError e) {
      return undecided("The heap of this process is too small for this history.", start);
    }
  }

  private CheckResult undecided(String reason, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    return new CheckResult(
        name(), Verdict.UNKNOWN, reason, 0, seconds, Map.of(), List.of(), Map.of());
  }

  private CheckResult measured(Availability availability, long start) {
    Unavailability all = availability.unavailability().getFirst();
    boolean everWritten = availability.writable().stream().anyMatch(share -> share > 0);
    Unavailability worst =
        availability.unavailability().stream()
            .max(java.util.Comparator.comparingDouble(Unavailability::longestMillis))
            .orElse(all);
    String reason =
        everWritten
            ? String.format(
                Locale.ROOT,
                "The cluster could not be written for %.0f ms at the longest (%.0f ms in all), queue %s for %.0f ms.",
                all.longestMillis(),
                all.totalMillis(),
                worst.key(),
                worst.longestMillis())
            : "No send ever succeeded, so there is nothing to measure.";
    Map<String, Object> details = new HashMap<>();
    details.put("writable", availability.writable());
    return new CheckResult(
        name(),
        everWritten ? Verdict.PASS : Verdict.UNKNOWN,
        reason,
        availability.unavailability().size(),
        (System.nanoTime() - start) / 1e9,
        Map.of(
            "longestMillis", Math.round(all.longestMillis()),
            "totalMillis", Math.round(all.totalMillis())),
        List.of(),
        details);
  }
}
