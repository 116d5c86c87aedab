package org.ordeal.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Schedule;
import org.ordeal.runner.plan.FaultRequest;

/**
 * What a user asked for, words turned into values, nothing looked up yet.
 *
 * @param command the command line, word by word
 * @param workload name of the workload
 * @param system such as {@code rocketmq:5.1.0}
 * @param topology label of the topology
 * @param flush {@code sync} or {@code async}
 * @param nodes brokers a group, null for what the topology needs
 * @param groups broker groups
 * @param nameServers NameServers
 * @param faults what to inject; unused where there is a schedule
 * @param schedule exact times and targets, null to draw one from the seed
 * @param time how long the load runs; unused where there is a schedule
 * @param rate operations a second, all clients together; null for the workload's own
 * @param clients client nodes; null for the workload's own
 * @param runtime {@code process} or {@code container}
 * @param properties broker properties laid over the topology's own
 * @param require {@code documented}, {@code keeps} or {@code none}
 * @param store where run directories go
 * @param recovery how long the cluster may take to come back after all faults are healed
 * @param seed seed of the plan
 */
public record RunRequest(
    List<String> command,
    String workload,
    String system,
    String topology,
    String flush,
    @Nullable Integer nodes,
    int groups,
    int nameServers,
    List<FaultRequest> faults,
    @Nullable Schedule schedule,
    Duration time,
    @Nullable Integer rate,
    @Nullable Integer clients,
    String runtime,
    Map<String, String> properties,
    String require,
    Path store,
    Duration recovery,
    long seed) {

  public RunRequest {
    command = List.copyOf(command);
    faults = List.copyOf(faults);
    properties = Map.copyOf(properties);
  }

  /** The same request for another seed and schedule. */
  public RunRequest with(long otherSeed, @Nullable Schedule otherSchedule) {
    return new RunRequest(
        command,
        workload,
        system,
        topology,
        flush,
        nodes,
        groups,
        nameServers,
        faults,
        otherSchedule,
        time,
        rate,
        clients,
        runtime,
        properties,
        require,
        store,
        recovery,
        otherSeed);
  }
}
