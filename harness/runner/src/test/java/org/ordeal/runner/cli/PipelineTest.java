package org.ordeal.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.ordeal.runner.variants.VariantProvider;

/** The {@code Jenkinsfile}, which no test can run. */
class PipelineTest {

  /** Jenkins keeps the workspaces of its agents from build to build. */
  @Test
  void shouldMeasureAndMergeWhereNothingOfAnEarlierBuildLies() throws IOException {
    assertThat(Files.readString(VariantProvider.home().resolve("Jenkinsfile")))
        .containsSubsequence("rm -rf \"store/shard-$SHARD\"", "./ordeal matrix --system")
        .containsSubsequence(
            "rm -rf store/shard-* store/merged", "unstash", "./ordeal matrix --merge");
  }
}
