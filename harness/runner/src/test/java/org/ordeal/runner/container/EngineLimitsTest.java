package org.ordeal.runner.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EngineLimitsTest {
  private static final String ORDINARY =
      "{\"OperatingSystem\":\"Debian GNU/Linux 12\",\"SecurityOptions\":[\"name=seccomp,profile=default\"]}";

  @Test
  void shouldTakeAnEngineThatRunsAsRootOnThisMachine() throws IOException {
    assertThat(EngineLimits.hindering("", info(ORDINARY))).isEmpty();
    assertThat(EngineLimits.hindering("unix:///run/docker.sock", info(ORDINARY))).isEmpty();
    assertThat(EngineLimits.hindering("", info("{}"))).isEmpty();
  }

  @Test
  void shouldNameAnEngineThatIsElsewhere() throws IOException {
    assertThat(EngineLimits.hindering("tcp://builder:2376", info(ORDINARY)))
        .get()
        .asString()
        .contains("DOCKER_HOST is tcp://builder:2376");
  }

  @Test
  void shouldNameARootlessEngine() throws IOException {
    assertThat(
            EngineLimits.hindering(
                "", info("{\"SecurityOptions\":[\"name=seccomp\",\"name=rootless\"]}")))
        .get()
        .asString()
        .contains("is rootless");
  }

  @Test
  void shouldNameAnEngineInAVirtualMachine() throws IOException {
    assertThat(EngineLimits.hindering("", info("{\"OperatingSystem\":\"Docker Desktop\"}")))
        .get()
        .asString()
        .contains("virtual machine (Docker Desktop)");
  }

  private static Info info(String json) throws IOException {
    return new ObjectMapper().readValue(json, Info.class);
  }
}
