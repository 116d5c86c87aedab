package org.ordeal.runner;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.ordeal.faults.disk.WriteBackPolicy;
import org.ordeal.history.RunInfo;
import org.ordeal.runner.cluster.StoreDisks;
import org.ordeal.runner.cluster.SystemUnderTest;

/** Makes {@code run.json}: what was run, on what, with which promise at stake. */
final class RunDescription {

  private RunDescription() {}

  static RunInfo of(RunPlan plan, SystemUnderTest system, Instant startedAt) {
    RunRequest request = plan.request();
    Map<String, Object> options = new TreeMap<>();
    options.put("nodes", (long) plan.spec().nodes());
    options.put("groups", (long) plan.spec().groups());
    options.put("nameservers", (long) plan.spec().nameServers());
    options.put("clients", (long) plan.spec().clients());
    options.put("rate", plan.ratePerSecond());
    options.put("timeMillis", plan.schedule().durationMillis());
    options.put("faults", request.faults().stream().map(Object::toString).toList());
    options.put("require", request.require());
    options.put("recoveryMillis", request.recovery().toMillis());
    options.put("properties", new TreeMap<>(request.properties()));
    options.put("promiseKeeps", plan.promise().keeps());
    StoreDisks disks = plan.disks();
    options.put("faultDisks", disks != null);
    if (disks != null) {
      WriteBackPolicy writeBack = disks.writeBack();
      options.put("diskMetadata", writeBack.metadata().label());
      options.put("diskDataAgeMillis", writeBack.dataAgeMillis());
      options.put("diskMetadataAgeMillis", writeBack.metadataAgeMillis());
      options.put("diskLinks", disks.linked());
    }
    return new RunInfo(
        request.command(),
        version(),
        Runtime.version().toString(),
        plan.workload().name(),
        system.name(),
        system.digest(),
        request.topology(),
        request.flush(),
        request.runtime(),
        request.seed(),
        plan.promise().sentence(),
        startedAt.toString(),
        machine(),
        options);
  }

  /** Version of Ordeal, from the jar's manifest, or {@code development}. */
  static String version() {
    String version = RunDescription.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static Map<String, String> machine() {
    Map<String, String> machine = new TreeMap<>();
    machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean os) {
      machine.put("memoryMiB", Long.toString(os.getTotalMemorySize() >> 20));
    }
    return machine;
  }
}
