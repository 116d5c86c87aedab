package org.ordeal.runner.lint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ordeal.runner.lint.Finding.Severity;
import org.ordeal.runner.lint.PropertyFile.Entry;
import org.ordeal.runner.lint.PropertyFile.Kind;

/** Mistakes that show only between keys, or between the files of one cluster. */
final class ClusterRules implements Rule {

  private record Peer(String id, String address) {
    int port() {
      int colon = address.lastIndexOf(':');
      try {
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1).strip());
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }

  @Override
  public void check(List<PropertyFile> files, Consumer<Finding> report) {
    for (PropertyFile file : files) {
      peers(file, "dLegerPeers", "dLegerSelfId", report);
      Peer self = peers(file, "controllerDLegerPeers", "controllerDLegerSelfId", report);
      if (self != null) {
        controllerPort(file, self, report);
      }
      if (file.kind() == Kind.BROKER && file.get("namesrvAddr") == null) {
        report.accept(
            new Finding(
                Severity.WARNING,
                file.name(),
                0,
                "namesrvAddr",
                "is not set: the broker registers nowhere unless -n or NAMESRV_ADDR says where.",
                "Name every NameServer, separated by ';'."));
      }
    }
    between(files, report);
  }

  /** Checks a list of peers; gives the file's own entry in it. */
  private static @Nullable Peer peers(
      PropertyFile file, String listKey, String selfKey, Consumer<Finding> report) {
    Entry list = file.get(listKey);
    if (list == null) {
      return null;
    }
    List<Peer> peers = new ArrayList<>();
    for (String part : list.value().strip().split(";")) {
      int dash = part.indexOf('-');
      Peer peer = dash <= 0 ? null : new Peer(part.substring(0, dash), part.substring(dash + 1));
      if (peer == null || peer.port() <= 0) {
        report.accept(
            ValueRules.finding(
                Severity.ERROR,
                file,
                list,
                "has the entry '%s', which is not ID-HOST:PORT.".formatted(part),
                "Write for example n0-127.0.0.1:40911."));
      } else {
        peers.add(peer);
      }
    }
    Entry self = file.get(selfKey);
    if (self == null) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              list,
              "needs %s, this node's own id in the list.".formatted(selfKey),
              "Set %s.".formatted(selfKey)));
      return null;
    }
    for (Peer peer : peers) {
      if (peer.id().equals(self.value().strip())) {
        return peer;
      }
    }
    report.accept(
        ValueRules.finding(
            Severity.ERROR,
            file,
            self,
            "is '%s', which is not in %s.".formatted(self.value(), listKey),
            "Use one of the ids of the list."));
    return null;
  }

  private static void controllerPort(PropertyFile file, Peer self, Consumer<Finding> report) {
    String listen = file.value("listenPort", "9876").strip();
    Entry list = file.get("controllerDLegerPeers");
    if (list != null && listen.equals(Integer.toString(self.port()))) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              list,
              "gives the controller port %s, which is the NameServer's own listenPort: it prints"
                      .formatted(listen)
                  + " 'boot success' and then dies with 'Failed to bind'.",
              "Give the controllers ports of their own, and list those in the brokers'"
                  + " controllerAddr."));
    }
  }

  private static void between(List<PropertyFile> files, Consumer<Finding> report) {
    Map<String, PropertyFile> byPort = new HashMap<>();
    Map<String, PropertyFile> byStore = new HashMap<>();
    Map<String, PropertyFile> bySelf = new HashMap<>();
    Map<String, PropertyFile> byGroup = new LinkedHashMap<>();
    for (PropertyFile file : files) {
      clash(
          file,
          "listenPort",
          file.value("brokerIP1", "") + "|",
          byPort,
          report,
          "is the port of %s too, on the same address.",
          "Give each process its own port.");
      clash(
          file,
          "storePathRootDir",
          "",
          byStore,
          report,
          "is the store of %s too: the second broker does not start, or damages it.",
          "Give each broker its own directory.");
      Entry group = file.get("dLegerGroup");
      if (group == null) {
        continue;
      }
      clash(
          file,
          "dLegerSelfId",
          group.value() + "|",
          bySelf,
          report,
          "is the id of %s too, in the same group: one of the two will not be counted.",
          "Give each member its own id.");
      PropertyFile first = byGroup.putIfAbsent(group.value(), file);
      if (first != null) {
        same(
            first,
            file,
            "brokerName",
            report,
            "A group whose members differ in brokerName elects no master that clients find.");
        same(first, file, "brokerClusterName", report, "Members of one group are in one cluster.");
      }
    }
  }

  private static void clash(
      PropertyFile file,
      String key,
      String scope,
      Map<String, PropertyFile> seen,
      Consumer<Finding> report,
      String what,
      String advice) {
    Entry entry = file.get(key);
    if (entry == null) {
      return;
    }
    PropertyFile other = seen.putIfAbsent(scope + entry.value().strip(), file);
    if (other != null) {
      report.accept(
          ValueRules.finding(Severity.ERROR, file, entry, what.formatted(other.name()), advice));
    }
  }

  private static void same(
      PropertyFile first, PropertyFile file, String key, Consumer<Finding> report, String why) {
    Entry entry = file.get(key);
    Entry expected = first.get(key);
    if (entry != null
        && expected != null
        && !Objects.equals(entry.value().strip(), expected.value().strip())) {
      report.accept(
          ValueRules.finding(
              Severity.ERROR,
              file,
              entry,
              "is '%s' here and '%s' in %s, but both are in the group '%s'. %s"
                  .formatted(
                      entry.value(),
                      expected.value(),
                      first.name(),
                      file.value("dLegerGroup", ""),
                      why),
              "Use one value."));
    }
  }
}
