package org.ordeal.faults.disk;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** Fault disks for tests. */
public final class DaemonOrSkip {
  private DaemonOrSkip() {}

  /** A daemon; where this machine cannot mount, the test is skipped and says what is missing. */
  public static DiskDaemon start(Path directory) throws DiskException {
    FuseSupport support = FuseSupport.probe();
    assumeTrue(support.available(), () -> "Needs FUSE: " + support.reason());
    return DiskDaemon.start(directory);
  }
}
