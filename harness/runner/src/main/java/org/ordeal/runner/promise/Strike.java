package org.ordeal.runner.promise;

/** What a fault does to the replicas of one group, as far as durability goes; mildest first. */
public enum Strike {
  /** Nothing that was stored is touched: networks, pauses, clocks, slow or full disks, reads. */
  NONE("no fault that touches what is stored"),
  /** SIGKILL of one replica: the page cache survives. */
  KILL_ONE("kill of one replica"),
  /** SIGKILL of several replicas at once. */
  KILL_ALL("kill of several replicas at once"),
  /** The disk of one replica refuses to write or to flush; what it held in memory may be gone. */
  DISK_ERROR("disk errors of one replica"),
  /** So do several, or while another has lost its power. */
  DISK_ERROR_MANY("disk errors of several replicas"),
  /** One replica loses what was not fsynced. */
  POWER_ONE("power loss of one replica"),
  /** A majority or all lose what was not fsynced. */
  POWER_MANY("power loss of a majority or all replicas"),
  /** A replica comes back with files that are older, shorter or other than it wrote. */
  DISK_CORRUPT("corrupted or rolled-back files of one replica"),
  /** A disk is gone with everything on it. */
  DISK_LOST("a lost disk");

  private final String words;

  Strike(String words) {
    this.words = words;
  }

  /** For sentences. */
  public String words() {
    return words;
  }
}
