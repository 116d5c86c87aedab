package org.ordeal.faults.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.FuseSupport.Mechanism;
import org.ordeal.faults.disk.libc.Libc;
import org.ordeal.faults.disk.server.DiskServer;

/**
 * The disk daemon's entry point: {@code DiskMain [--parent PID] [--port N] [--fusermount]}.
 *
 * <p>It prints where it listens, and serves until it is told to stop, its standard input ends, or
 * its parent is gone; then it unmounts everything. It leaves the terminal's session, so that Ctrl-C
 * reaches the harness alone, which still needs the disks to clean up.
 */
public final class DiskMain {
  static final String READY = "ordeal-disk listening at ";
  private static final long PARENT_CHECK_MILLIS = 500;

  private DiskMain() {}

  /** Serves. Exit codes: 0 in order, 64 usage, 70 internal error, 75 the machine can not mount. */
  public static void main(String[] args) throws InterruptedException {
    long parent = -1;
    int port = 0;
    boolean byHelper = false;
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--parent" -> parent = Long.parseLong(args[++i]);
          case "--port" -> port = Integer.parseInt(args[++i]);
          case "--fusermount" -> byHelper = true;
          default -> throw new IllegalArgumentException(args[i]);
        }
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println(
          "Usage: DiskMain [--parent PID] [--port N] [--fusermount]; not understood: "
              + e.getMessage());
      System.exit(64);
    }
    FuseSupport support = FuseSupport.probe();
    if (!support.available()) {
      System.err.println(support.reason());
      System.exit(75);
    }
    Libc.setsid();
    Libc.umask(0);
    boolean direct = support.mechanism() == Mechanism.MOUNT && !byHelper;
    System.exit(serve(port, parent, direct ? null : FuseProbe.helper()));
  }

  private static int serve(int port, long parent, @Nullable Path helper)
      throws InterruptedException {
    try (DiskServer server = new DiskServer(port, helper)) {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "unmount"));
      watchInput(server);
      if (parent > 0) {
        watchParent(server, parent);
      }
      System.out.println(READY + server.address());
      System.out.flush();
      server.awaitStop();
      return 0;
    } catch (IOException e) {
      System.err.println("The disk daemon can not listen: " + e.getMessage());
      return 70;
    }
  }

  private static void watchInput(DiskServer server) {
    Thread.ofPlatform()
        .daemon()
        .name("input")
        .start(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // What is written to it does not matter; that it ends does.
                }
              } catch (IOException e) {
                // As good as its end.
              }
              server.requestStop();
            });
  }

  private static void watchParent(DiskServer server, long parent) {
    Thread.ofPlatform()
        .daemon()
        .name("parent")
        .start(
            () -> {
              try {
                while (alive(parent)) {
                  Thread.sleep(PARENT_CHECK_MILLIS);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              server.requestStop();
            });
  }

  private static boolean alive(long pid) {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    return handle.isPresent() && handle.get().isAlive();
  }
}
