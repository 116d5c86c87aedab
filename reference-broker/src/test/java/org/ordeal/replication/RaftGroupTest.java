package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.util.Utils;
import org.junit.jupiter.api.Test;

class RaftGroupTest {

  @Test
  void shouldGiveJRaftANameThatItTakesForEachName() {
    for (var group : new String[] {"KdcNode", "host.example.com", "1st", "_", "\u7ec4", "a b"}) {
      Utils.verifyGroupId(RaftGroup.raftName(group));
    }
    assertThat(RaftGroup.raftName("KdcNode")).isEqualTo("KdcNode");
    assertThat(RaftGroup.raftName("a.b")).isNotEqualTo(RaftGroup.raftName("a_b"));
    assertThat(RaftGroup.raftName("a.b")).isNotEqualTo(RaftGroup.raftName("a.c"));
  }
}
