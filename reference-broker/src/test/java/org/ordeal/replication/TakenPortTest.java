package org.ordeal.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ordeal.replication.ReplicaConfig.Flush;
import org.ordeal.store.FileSystemDisk;

/** A member whose port is held by a connection that goes out from it. */
class TakenPortTest {

  @TempDir Path root;

  @Test
  void shouldWaitForAPortThatAnOutgoingConnectionHolds() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = outgoing(server)) {
      var opening = openingAt(client.getLocalPort());
      // It gives up after five seconds; half a second is time enough for a first, failing try.
      assertThat(opening.isDone()).isFalse();
      CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS, Thread::startVirtualThread)
          .execute(() -> closeHard(client));
      // Not the port only: the whole member opens.
      opening.get(30, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void shouldSayWhichPortIsTakenAndThatItMayBeAnOutgoingConnection() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = outgoing(server)) {
      var opening = openingAt(client.getLocalPort());
      assertThatThrownBy(() -> opening.get(60, TimeUnit.SECONDS))
          .hasMessageContaining("in use")
          .hasMessageContaining("cannot listen for its peers on 127.0.0.1:" + client.getLocalPort())
          .hasMessageContaining("a connection that goes out from this port");
    }
  }

  private CompletableFuture<Replica> openingAt(int port) throws IOException {
    var others = Drafts.members(3);
    var members = List.of(new Member("n0", "127.0.0.1", port), others.get(1), others.get(2));
    var config = Drafts.config(root, members, "n0", Flush.ASYNC, 64 << 10);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new JRaftReplica(config, new FileSystemDisk());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        // The common pool may have one thread only.
        Thread::startVirtualThread);
  }

  /** A connection from a port that the system has chosen, as any client's. */
  private static Socket outgoing(ServerSocket server) throws IOException {
    var client = new Socket();
    client.setReuseAddress(false);
    client.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), 5000);
    return client;
  }

  /** Without the minutes of TIME_WAIT. */
  private static void closeHard(Socket client) {
    try {
      client.setSoLinger(true, 0);
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
