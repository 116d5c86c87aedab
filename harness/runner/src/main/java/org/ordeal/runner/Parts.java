package org.ordeal.runner;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.ordeal.checks.HistoryCheck;
import org.ordeal.checks.HistoryChecks;
import org.ordeal.faults.NodeKind;
import org.ordeal.runner.cluster.Cluster;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.plan.FaultCatalogue;

/**
 * What a run is put together from. Immutable.
 *
 * @param runtime makes the nodes
 * @param system is put to the test
 * @param catalogue the faults
 * @param checks every check there is, by name
 * @param fleets makes the fleet of a running cluster
 * @param reports write what people read, each on its own: one that fails does not stop the next
 */
record Parts(
    ClusterRuntime runtime,
    SystemUnderTest system,
    FaultCatalogue catalogue,
    Map<String, HistoryCheck> checks,
    Function<Cluster, Fleet> fleets,
    List<ReportWriter> reports) {

  /** Writes one report of a finished run into its directory. */
  @FunctionalInterface
  interface ReportWriter {
    void write(RunDirectory run) throws IOException;
  }

  Parts {
    checks = Map.copyOf(checks);
    reports = List.copyOf(reports);
  }

  /** Everything from the class path. */
  static Parts ofClassPath(ClusterRuntime runtime, SystemUnderTest system) {
    return new Parts(
        runtime,
        system,
        FaultCatalogue.ofClassPath(),
        HistoryChecks.byName(),
        Parts::clientFleet,
        Reporting.all());
  }

  private static Fleet clientFleet(Cluster cluster) {
    LongSupplier nanos = cluster::nanos;
    return new ClientFleet(
        cluster.nodes().stream().filter(n -> n.member().kind() == NodeKind.CLIENT).toList(), nanos);
  }
}
