package org.ordeal.faults.disk;

import java.util.List;

/**
 * Commands the disks of one daemon. Thread-safe. Every method throws {@link DiskException} if the
 * daemon refuses (an unknown disk, a mount that fails) or is gone; the message is a sentence that
 * names what to do.
 *
 * <p>Over HTTP on loopback, JSON in and out:
 *
 * <pre>
 * GET    /version                        GET    /disks
 * POST   /disks                          GET    /disks/D          DELETE /disks/D      (unmount)
 * GET    /disks/D/toxics                 POST   /disks/D/toxics
 * GET    /disks/D/toxics/T  (evidence)   DELETE /disks/D/toxics/T (evidence)
 * GET    /disks/D/statistics             GET    /disks/D/evidence (removed toxics too)
 * POST   /disks/D/sync                   POST   /disks/D/heal
 * POST   /disks/D/snapshots              POST   /disks/D/corruptions
 * POST   /power-loss                     POST   /reset            POST   /shutdown
 * </pre>
 */
public interface DiskControl extends AutoCloseable {

  /** Creates and mounts a disk. It serves when this returns. */
  DiskInfo create(DiskOptions options) throws DiskException;

  /** All mounted disks, by name. */
  List<DiskInfo> list() throws DiskException;

  /** One disk. */
  DiskInfo disk(String disk) throws DiskException;

  /** Puts a fault in force; it is when this returns. */
  DiskToxic addToxic(String disk, DiskToxic toxic) throws DiskException;

  /** Removes a fault. Operations that it holds back go on. */
  ToxicEvidence removeToxic(String disk, String toxic) throws DiskException;

  /** What a fault that is in force has done so far. */
  ToxicEvidence evidence(String disk, String toxic) throws DiskException;

  /** What each fault since the mount has done, removed ones included, oldest first. */
  List<ToxicEvidence> evidence(String disk) throws DiskException;

  /** Removes every fault of a disk; says what each did. */
  List<ToxicEvidence> heal(String disk) throws DiskException;

  /** Removes every fault of every disk. */
  void healAll() throws DiskException;

  /**
   * Cuts the power of several disks in one instant. The disks stay mounted and show their durable
   * state.
   */
  PowerLossReport powerLoss(PowerLoss cut) throws DiskException;

  /**
   * Keeps a copy of the durable state of the files that match a glob, for a {@link
   * Corruption.StaleRestore}.
   */
  String snapshot(String disk, String path) throws DiskException;

  /** Damages durable files once. */
  CorruptionReport corrupt(String disk, Corruption corruption) throws DiskException;

  /** Counters. */
  DiskStatistics statistics(String disk) throws DiskException;

  /**
   * Makes everything that the disk was handed durable. Dirty pages of memory maps stay with the
   * kernel.
   */
  void sync(String disk) throws DiskException;

  /** Heals, makes everything durable, unmounts; lazily if processes still hold files open. */
  void unmount(String disk) throws DiskException;

  /** Unmounts every disk and ends the daemon. */
  void shutdown() throws DiskException;

  /** Gives back the connection; the daemon goes on. */
  @Override
  void close();
}
