package org.ordeal.faults.disk;

/** The disk daemon's entry point. */
public final class DiskMain {
  static final String READY = "ordeal-disk listening at ";

  private DiskMain() {}

  /** Serves until told to stop, or until standard input ends. */
  public static void main(String[] args) {
    if (args.length > 0) {
      System.exit(70);
    }
  }
}
