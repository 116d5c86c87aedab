package org.ordeal.faults.disk.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ordeal.faults.disk.Corruption;
import org.ordeal.faults.disk.CorruptionReport;
import org.ordeal.faults.disk.DiskInfo;
import org.ordeal.faults.disk.DiskOptions;
import org.ordeal.faults.disk.PowerLoss;
import org.ordeal.faults.disk.PowerLossReport;
import org.ordeal.faults.disk.PowerLossReport.Loss;
import org.ordeal.faults.disk.ToxicEvidence;
import org.ordeal.faults.disk.volume.Damage;
import org.ordeal.faults.disk.volume.PowerCut;

/**
 * All disks of the daemon. Thread-safe; a cut and a change of the set of disks exclude one another.
 */
final class DiskService {
  private final @Nullable Path helper;
  private final SortedMap<String, MountedDisk> disks = new TreeMap<>();

  /**
   * A service without disks; {@code helper} as of {@link
   * org.ordeal.faults.disk.fuse.FuseMount#mount}.
   */
  DiskService(@Nullable Path helper) {
    this.helper = helper;
  }

  synchronized DiskInfo create(DiskOptions options) throws IOException {
    if (disks.containsKey(options.name())) {
      throw new IllegalArgumentException("There is a disk " + options.name() + " already.");
    }
    for (MountedDisk disk : disks.values()) {
      if (disk.options().backing().equals(options.backing())
          || disk.options().mountPoint().equals(options.mountPoint())) {
        throw new IllegalArgumentException(
            "Disk "
                + disk.options().name()
                + " uses this backing directory or mount point already.");
      }
    }
    MountedDisk disk = MountedDisk.mount(options, helper);
    disks.put(options.name(), disk);
    return disk.info();
  }

  synchronized List<DiskInfo> list() {
    return disks.values().stream().map(MountedDisk::info).toList();
  }

  /** The disk with that name, or {@link NoSuchElementException}. */
  synchronized MountedDisk disk(String name) {
    MountedDisk disk = disks.get(name);
    if (disk == null) {
      throw new NoSuchElementException(
          "There is no disk " + name + "; there are " + disks.keySet() + ".");
    }
    return disk;
  }

  synchronized List<ToxicEvidence> healAll() {
    List<ToxicEvidence> evidence = new ArrayList<>();
    disks.values().forEach(disk -> evidence.addAll(disk.toxics().heal()));
    return evidence;
  }

  synchronized PowerLossReport cut(PowerLoss spec) throws IOException {
    if (spec.disks().isEmpty()) {
      throw new IllegalArgumentException(
          "A power loss needs the names of the disks that it is to hit.");
    }
    List<MountedDisk> hit = new TreeSet<>(spec.disks()).stream().map(this::disk).toList();
    long began = System.nanoTime();
    if (spec.keepData() > 0) {
      hit.forEach(MountedDisk::drawFromKernel);
    }
    List<Long> inFlight = hit.stream().map(disk -> disk.toxics().waiting()).toList();
    List<PowerCut.Target> targets =
        hit.stream()
            .map(disk -> new PowerCut.Target(disk.options().name(), disk.volume()))
            .toList();
    PowerCut.Outcome outcome = PowerCut.cut(targets, spec);
    hit.forEach(MountedDisk::forgetNames);
    List<Loss> losses = new ArrayList<>();
    for (int i = 0; i < hit.size(); i++) {
      Loss l = outcome.losses().get(i);
      losses.add(
          new Loss(
              l.disk(),
              l.epoch(),
              l.pagesLost(),
              l.pagesKept(),
              l.pagesTorn(),
              l.bytesLost(),
              l.metadataLost(),
              l.metadataKept(),
              inFlight.get(i),
              l.files()));
    }
    return new PowerLossReport(began, outcome.cutNanos(), System.nanoTime(), losses);
  }

  CorruptionReport corrupt(String name, Corruption corruption) throws IOException {
    MountedDisk disk = disk(name);
    Damage.Outcome outcome = disk.damage().inflict(corruption);
    disk.forgetContents(outcome.inodes());
    return outcome.report();
  }

  synchronized void unmount(String name) throws IOException {
    MountedDisk disk = disk(name);
    disks.remove(name);
    disk.unmount();
  }

  /** Unmounts every disk; says on standard error what could not be. */
  synchronized void close() {
    for (String name : List.copyOf(disks.keySet())) {
      try {
        unmount(name);
      } catch (IOException | RuntimeException e) {
        System.err.println(e.getMessage());
      }
    }
  }
}
