package org.ordeal.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.runner.cluster.ClusterRuntime;
import org.ordeal.runner.cluster.ClusterSpec;
import org.ordeal.runner.cluster.Flush;
import org.ordeal.runner.cluster.Topology;

class InquestTest {

  @TempDir private Path directory;

  @Test
  void shouldBlameTheMachineWhoseDiskIsSoFullThatBrokersRefuseToStore() throws Exception {
    assertThat(blamed(0.91))
        .singleElement()
        .asString()
        .startsWith("The machine's own disk is 91 % full");
    assertThat(blamed(0.89)).isEmpty();
  }

  private List<String> blamed(double used) throws Exception {
    FakeWorld world = new FakeWorld(FakeWorld.Flaw.NEVER_COMES_BACK);
    ClusterSpec spec = new ClusterSpec(Topology.SINGLE, Flush.SYNC, 1, 1, 1, 1, Map.of(), Map.of());
    ClusterRuntime.Launch launch =
        new ClusterRuntime.Launch(
            world.system(),
            spec,
            new ClientLaunch(world.system(), spec, 0),
            directory,
            0,
            null,
            line -> {});
    try (FakeCluster cluster = new FakeCluster(world, launch);
        NemesisJournal journal =
            new NemesisJournal(directory.resolve(used + ".jsonl"), System::nanoTime)) {
      return new Inquest(cluster, journal, () -> used).of(List.of("n0"));
    }
  }
}
