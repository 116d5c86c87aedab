package org.ordeal.runner.lint;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.ordeal.runner.lint.Finding.Severity;
import org.ordeal.runner.lint.PropertyFile.Entry;
import org.ordeal.runner.lint.PropertyFile.Kind;

/**
 * Settings that promise more than they keep: flush modes that have no effect, synchronous
 * replication that does not wait.
 */
final class DurabilityRules implements Rule {
  private static final Set<String> FLUSH_MODES = Set.of("SYNC_FLUSH", "ASYNC_FLUSH");
  private static final Set<String> ROLES = Set.of("SYNC_MASTER", "ASYNC_MASTER", "SLAVE");

  @Override
  public void check(List<PropertyFile> files, Consumer<Finding> report) {
    for (PropertyFile file : files) {
      if (file.kind() == Kind.BROKER) {
        flushMode(file, report);
        role(file, report);
        brokerId(file, report);
        controller(file, report);
      }
    }
  }

  private static void flushMode(PropertyFile file, Consumer<Finding> report) {
    Entry flush = file.get("flushDiskType");
    if (flush == null) {
      return;
    }
    if (!FLUSH_MODES.contains(flush.value().strip())) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              flush,
              "is '%s', which is neither SYNC_FLUSH nor ASYNC_FLUSH; the broker does not start or uses its default."
                  .formatted(flush.value()),
              "Write SYNC_FLUSH or ASYNC_FLUSH."));
    } else if (file.isTrue("enableDLegerCommitLog") && flush.value().equals("SYNC_FLUSH")) {
      report.accept(
          ValueRules.finding(
              Severity.WARNING,
              file,
              flush,
              "has no effect in Apache RocketMQ's DLedger mode: nobody fsyncs before the"
                  + " acknowledgement (a thread forces the files every flushFileInterval, 10 ms).",
              "Measure what that means with 'ordeal run durability --topology dledger --faults"
                  + " power-loss:all'; the reference broker does honour it."));
    }
  }

  private static void role(PropertyFile file, Consumer<Finding> report) {
    Entry role = file.get("brokerRole");
    if (role == null) {
      return;
    }
    if (!ROLES.contains(role.value().strip())) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              role,
              "is '%s', which is none of SYNC_MASTER, ASYNC_MASTER, SLAVE; the broker does not start or uses its default."
                  .formatted(role.value()),
              "Write one of the three."));
      return;
    }
    if (role.value().equals("SYNC_MASTER") && number(file, "inSyncReplicas", 1) < 2) {
      report.accept(
          ValueRules.finding(
              Severity.WARNING,
              file,
              role,
              "alone does not replicate synchronously in 5.x: inSyncReplicas is 1, so a send is"
                  + " acknowledged with every slave dead.",
              "Set inSyncReplicas=2 (and know that sends then time out while no slave is there)."));
    }
    if (role.value().equals("SYNC_MASTER")
        && number(file, "minInSyncReplicas", 1) < 2
        && file.isTrue("enableAutoInSyncReplicas")) {
      report.accept(
          ValueRules.finding(
              Severity.WARNING,
              file,
              role,
              "with enableAutoInSyncReplicas and minInSyncReplicas=1 degrades to a single copy when"
                  + " slaves go.",
              "Set minInSyncReplicas=2."));
    }
    if (role.value().equals("SLAVE") && number(file, "brokerId", 0) == 0) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              role,
              "needs a brokerId above 0: with 0 it registers as the master of its group.",
              "Set brokerId=1 (2, 3, ... for further slaves)."));
    }
  }

  private static void brokerId(PropertyFile file, Consumer<Finding> report) {
    Entry id = file.get("brokerId");
    if (id != null && file.isTrue("enableDLegerCommitLog")) {
      report.accept(
          ValueRules.finding(
              Severity.WARNING,
              file,
              id,
              "is ignored in DLedger mode: the leader registers as 0, a follower as its number + 1.",
              "Remove the line."));
    }
  }

  private static void controller(PropertyFile file, Consumer<Finding> report) {
    Entry mode = file.get("enableControllerMode");
    if (mode == null || !file.isTrue("enableControllerMode")) {
      return;
    }
    if (file.get("controllerAddr") == null) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              mode,
              "needs controllerAddr, the addresses of the controllers.",
              "List the ports of controllerDLegerPeers, not those of the NameServers."));
    }
    if (!file.isTrue("allAckInSyncStateSet") && number(file, "inSyncReplicas", 1) < 2) {
      report.accept(
          ValueRules.finding(
              Severity.WARNING,
              file,
              mode,
              "without allAckInSyncStateSet and with inSyncReplicas=1 acknowledges what one broker"
                  + " has; a fail-over may lose it.",
              "Set allAckInSyncStateSet=true, or inSyncReplicas=2."));
    }
  }

  private static long number(PropertyFile file, String key, long otherwise) {
    try {
      return Long.parseLong(file.value(key, Long.toString(otherwise)).strip());
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
