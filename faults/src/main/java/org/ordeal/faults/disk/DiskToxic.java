package org.ordeal.faults.disk;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fault that stays in force on a disk until it is removed, in Toxiproxy's vocabulary.
 *
 * <table>
 * <caption>Types and their attributes</caption>
 * <tr><td>{@code disk-stall}</td><td>{@code latency} ms (absent or 0: hang until healed), {@code jitter} ms</td></tr>
 * <tr><td>{@code slow-fsync}</td><td>{@code latency} ms, {@code jitter} ms; syncs only, delayed before they take
 * effect</td></tr>
 * <tr><td>{@code disk-slow}</td><td>{@code rate} KB/s, shared by all operations that it selects</td></tr>
 * <tr><td>{@code disk-error}</td><td>{@code errno} name (default {@code EIO}), {@code count} operations to fail
 * (default: all), {@code lie}: a failed sync drops what it should have written, and later syncs succeed</td></tr>
 * <tr><td>{@code disk-full}</td><td>{@code free} bytes that may still be allocated (default 0)</td></tr>
 * </table>
 *
 * <p>Every type takes {@code path}, a glob on the path within the disk ({@code commitlog/**}), and
 * every one but {@code disk-full}, which is about space, {@code operations}, a list of {@code
 * read}, {@code write}, {@code fsync}, {@code open}, {@code metadata}. Without {@code operations}
 * the stream decides.
 *
 * @param name unique on its disk
 * @param type see above
 * @param stream "upstream" (what changes the disk), "downstream" (reads) or "both"
 * @param toxicity probability, 0 to 1, that an operation it selects is hit; rolled per operation
 * @param attributes plain data
 */
public record DiskToxic(
    String name, String type, String stream, double toxicity, Map<String, Object> attributes) {

  public static final String DISK_STALL = "disk-stall";
  public static final String SLOW_FSYNC = "slow-fsync";
  public static final String DISK_SLOW = "disk-slow";
  public static final String DISK_ERROR = "disk-error";
  public static final String DISK_FULL = "disk-full";

  /** The types that exist. */
  public static final List<String> TYPES =
      List.of(DISK_STALL, SLOW_FSYNC, DISK_SLOW, DISK_ERROR, DISK_FULL);

  public DiskToxic {
    if (!(toxicity >= 0 && toxicity <= 1)) {
      throw new IllegalArgumentException(
          "toxicity is a probability, 0 to 1, but " + toxicity + " was given.");
    }
    attributes = Map.copyOf(attributes);
  }

  /** Every operation hangs until the toxic is removed or its caller is killed. */
  public static DiskToxic hang(String name) {
    return new DiskToxic(name, DISK_STALL, "both", 1, Map.of());
  }

  /** Every operation takes that much longer. */
  public static DiskToxic stall(String name, Duration latency) {
    return new DiskToxic(name, DISK_STALL, "both", 1, Map.of("latency", latency.toMillis()));
  }

  /** Every sync takes that much longer, and takes effect only then. */
  public static DiskToxic slowFsync(String name, Duration latency) {
    return new DiskToxic(name, SLOW_FSYNC, "upstream", 1, Map.of("latency", latency.toMillis()));
  }

  /** Reads and writes share a bandwidth, in KB/s. */
  public static DiskToxic slow(String name, long kilobytesPerSecond) {
    return new DiskToxic(name, DISK_SLOW, "both", 1, Map.of("rate", kilobytesPerSecond));
  }

  /** Each of these operations ({@code read}, {@code write}, {@code fsync}...) fails with EIO. */
  public static DiskToxic error(String name, String... operations) {
    return new DiskToxic(name, DISK_ERROR, "both", 1, Map.of("operations", List.of(operations)));
  }

  /**
   * The next sync fails and drops what it should have written; all later ones succeed and have
   * lied.
   */
  public static DiskToxic failFsyncOnceThenLie(String name) {
    return new DiskToxic(
        name,
        DISK_ERROR,
        "upstream",
        1,
        Map.of("operations", List.of("fsync"), "count", 1, "lie", true));
  }

  /** Nothing more can be allocated once that many bytes have been. */
  public static DiskToxic full(String name, long freeBytes) {
    return new DiskToxic(name, DISK_FULL, "upstream", 1, Map.of("free", freeBytes));
  }

  /** The same on paths that match a glob. */
  public DiskToxic onPath(String glob) {
    return with("path", glob);
  }

  /** The same for these operations only. */
  public DiskToxic onOperations(String... operations) {
    return with("operations", List.of(operations));
  }

  /** The same with that probability per operation. */
  public DiskToxic withToxicity(double probability) {
    return new DiskToxic(name, type, stream, probability, attributes);
  }

  /** The same with one attribute set. */
  public DiskToxic with(String attribute, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put(attribute, value);
    return new DiskToxic(name, type, stream, toxicity, all);
  }
}
