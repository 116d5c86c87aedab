package org.ordeal.reports;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;

/** The index of a store: every run, newest first, failed ones easy to find. Stateless. */
public final class StoreIndex {
  private StoreIndex() {}

  /**
   * Writes {@code index.html} into a store.
   *
   * @return the file
   */
  public static Path write(Path store) throws IOException {
    return AtomicFile.write(store.resolve("index.html"), out -> write(store, out));
  }

  /** Writes the index of a store elsewhere; its links are relative to the store. */
  public static void write(Path store, Writer out) throws IOException {
    RunList.write(store, out);
  }
}
