package org.ordeal.checks.log;

/**
 * The words for operations on queues seen as logs; see the package description for their values.
 */
public final class LogOperations {

  /** Append a value; ok value {@code [offset, value]}. {@code append} means the same. */
  public static final String SEND = "send";

  /** Other name of {@link #SEND}. */
  public static final String APPEND = "append";

  /** Read one offset of the leader; ok value {@code [offset, value]}, null beyond the end. */
  public static final String READ = "read";

  /** Ask the leader for the end; ok value one past the last offset. */
  public static final String MAX_OFFSET = "max-offset";

  /** Read on from an offset; ok value a list of {@code [offset, value]}, maybe empty. */
  public static final String POLL = "poll";

  /** Commit a consumer group's offset. */
  public static final String COMMIT = "commit";

  /** Ask for a consumer group's offset; ok value the offset, or null where none was committed. */
  public static final String COMMITTED = "committed";

  /** Read on from an offset of one node, at the end; ok value a list of {@code [offset, value]}. */
  public static final String DRAIN = "drain";

  /** One node was read to its end; ok value {@code [min, max]}. */
  public static final String DRAIN_END = "drain-end";

  /** Values found on a node's disk, outside its service; ok value a list of them. */
  public static final String FOUND_IN_FILES = "found-in-files";

  /** The error of an {@code info} send that was acknowledged weakly begins with this. */
  public static final String WEAKER = "weaker acknowledgement: ";

  /** Whether an operation of this name appends. */
  public static boolean appends(String f) {
    return f.equals(SEND) || f.equals(APPEND);
  }

  /** Whether an operation of this name succeeds just if the object can be written: not cas. */
  public static boolean writes(String f) {
    return appends(f) || f.equals("write");
  }

  private LogOperations() {}
}
