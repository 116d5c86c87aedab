package org.ordeal.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.Member;
import org.ordeal.faults.Need;
import org.ordeal.faults.NodeKind;
import org.ordeal.faults.disk.WriteBackPolicy;
import org.ordeal.faults.storage.PowerLossFault;
import org.ordeal.history.Schedule;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.StoreDisks;
import org.ordeal.runner.cluster.SystemUnderTest;
import org.ordeal.runner.cluster.Topology;
import org.ordeal.runner.plan.FaultCatalogue;
import org.ordeal.runner.plan.Planner;
import org.ordeal.runner.promise.Configuration;
import org.ordeal.runner.promise.Promise;
import org.ordeal.runner.promise.Promises;
import org.ordeal.workloads.LoadDefaults;
import org.ordeal.workloads.Workload;

/**
 * Everything that is decided before anything runs. Making one refuses, by name, what is unknown or
 * cannot be combined.
 *
 * @param request what was asked for
 * @param workload what clients do
 * @param spec the cluster that is wanted
 * @param schedule the faults
 * @param promise whether losses are failures
 * @param ratePerSecond operations a second, all clients together
 * @param disks the fault disks under every broker's store; null for none
 */
public record RunPlan(
    RunRequest request,
    Workload workload,
    ClusterSpec spec,
    Schedule schedule,
    Promise promise,
    double ratePerSecond,
    @Nullable StoreDisks disks) {

  /** A bound on what is asked of the clients; the recorder keeps up with a tenth of it. */
  private static final int MOST_RATE = 1_000_000;

  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration LEAST_RECOVERY = Duration.ofSeconds(1);

  /**
   * Plans.
   *
   * @param workloads every workload there is
   * @throws UsageException where the request cannot be carried out, whatever the machine
   */
  public static RunPlan of(
      RunRequest request,
      List<Workload> workloads,
      FaultCatalogue catalogue,
      ClusterRuntime runtime) {
    Workload workload =
        workloads.stream()
            .filter(w -> w.name().equals(request.workload()))
            .findFirst()
            .orElseThrow(
                () ->
                    UsageException.unknownName(
                        "workload",
                        request.workload(),
                        workloads.stream().map(Workload::name).toList()));
    ClusterSpec spec = spec(request, workload);
    GivenProperties.check(request.properties(), spec.topology(), spec.flush());
    if (request.rate() != null && request.rate() < 1) {
      throw new UsageException(
          "--rate %d would send nothing; give at least 1.".formatted(request.rate()));
    }
    if (request.rate() != null && request.rate() > MOST_RATE) {
      throw new UsageException(
          "--rate %d is more than clients can send; give at most %d."
              .formatted(request.rate(), MOST_RATE));
    }
    if (request.time().compareTo(LONGEST) > 0) {
      throw new UsageException(
          "A load of %d h is longer than a run can be; give at most %d h."
              .formatted(request.time().toHours(), LONGEST.toHours()));
    }
    if (request.recovery().compareTo(LEAST_RECOVERY) < 0) {
      throw new UsageException(
          "--recovery must be at least %d s, or a sound cluster would count as one that never comes back."
              .formatted(LEAST_RECOVERY.toSeconds()));
    }
    if (request.time().toMillis() < 1_000 && request.schedule() == null) {
      throw new UsageException("--time must be at least 1s, or the run would prove nothing.");
    }
    Planner planner = new Planner(catalogue, spec.members(), runtime.offers());
    Schedule schedule;
    if (request.schedule() == null) {
      schedule = planner.plan(request.seed(), request.time().toMillis(), request.faults());
    } else {
      schedule = request.schedule();
      planner.check(schedule);
    }
    Promise documented =
        Promises.documented(
            new Configuration(request.topology(), request.flush(), settings(spec, request)),
            schedule,
            groups(spec));
    return new RunPlan(
        request,
        workload,
        spec,
        schedule,
        Promises.required(request.require(), documented),
        request.rate() == null ? workload.defaults().ratePerSecond() : request.rate(),
        disks(schedule, catalogue));
  }

  /**
   * Refuses a system that cannot be run in this way.
   *
   * @throws ImpossibleException where it cannot
   */
  public void check(SystemUnderTest system) {
    system
        .refusal(spec)
        .ifPresent(
            sentence -> {
              throw new ImpossibleException(sentence);
            });
  }

  /** What the brokers are told, as far as a promise rests on it: ours, then the user's. */
  private static Map<String, String> settings(ClusterSpec spec, RunRequest request) {
    Map<String, String> settings = new LinkedHashMap<>(spec.topology().settings());
    settings.putAll(request.properties());
    return settings;
  }

  private static ClusterSpec spec(RunRequest request, Workload workload) {
    LoadDefaults defaults = workload.defaults();
    Map<String, String> properties = new LinkedHashMap<>(workload.brokerProperties());
    properties.putAll(request.properties());
    Topology topology =
        Topology.named(request.topology())
            .orElseThrow(
                () ->
                    UsageException.unknownName("topology", request.topology(), Topology.labels()));
    Flush flush =
        Flush.named(request.flush())
            .orElseThrow(
                () ->
                    UsageException.unknownName(
                        "flush mode", request.flush(), List.of("sync", "async")));
    int clients = request.clients() == null ? defaults.clientNodes() : request.clients();
    if (clients < 1) {
      throw new UsageException("--clients %d would send nothing; give 1 to 20.".formatted(clients));
    }
    try {
      return new ClusterSpec(
          topology,
          flush,
          request.groups(),
          request.nodes() == null ? topology.defaultNodes() : request.nodes(),
          request.nameServers(),
          clients,
          properties,
          Map.of());
    } catch (IllegalArgumentException impossible) {
      throw new UsageException(String.valueOf(impossible.getMessage()), impossible);
    }
  }

  /**
   * The fault disks that a schedule needs; null for none.
   *
   * @throws UsageException where its power losses want them mounted in different ways
   */
  private static @Nullable StoreDisks disks(Schedule schedule, FaultCatalogue catalogue) {
    Set<Need> needs = EnumSet.noneOf(Need.class);
    schedule.faults().forEach(entry -> needs.addAll(catalogue.named(entry.fault()).needs()));
    return needs.contains(Need.DISK)
        ? new StoreDisks(writeBack(schedule), needs.contains(Need.DISK_LINK))
        : null;
  }

  private static WriteBackPolicy writeBack(Schedule schedule) {
    PowerLossFault fault = new PowerLossFault();
    List<WriteBackPolicy> ways =
        schedule.faults().stream()
            .filter(entry -> entry.fault().equals(fault.name()))
            .map(entry -> fault.writeBack(entry.attributes()))
            .distinct()
            .toList();
    if (ways.size() > 1) {
      throw new UsageException(
          "A disk is mounted with one way to write back what is not synced, so all power losses of a run must name the same metadata, data_age_ms and metadata_age_ms.");
    }
    return ways.isEmpty() ? WriteBackPolicy.LINUX : ways.getFirst();
  }

  /** The names of the brokers, by group. */
  public static List<List<String>> groups(ClusterSpec spec) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (Member broker : spec.members(NodeKind.BROKER)) {
      groups.computeIfAbsent(broker.group(), g -> new ArrayList<>()).add(broker.name());
    }
    return List.copyOf(groups.values());
  }
}
