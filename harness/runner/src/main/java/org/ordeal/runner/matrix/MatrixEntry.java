package org.ordeal.runner.matrix;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.ordeal.history.Verdict;

/**
 * What one run of a matrix came to; a file of its own.
 *
 * @param system the system under test
 * @param configuration what it was run with, as in the plan
 * @param cell which cell it belongs to
 * @param seed its seed
 * @param keeps whether the cell's promise is to lose nothing
 * @param verdict the run's verdict, null where the cell cannot be run
 * @param reason why
 * @param acknowledged acknowledged messages
 * @param lost acknowledged messages that no node serves any more, though some node's files may
 *     still hold their bytes
 * @param unrecovered how many nodes and groups did not come back
 * @param run the run's directory, relative to the matrix's; null where there is none
 */
public record MatrixEntry(
    String system,
    String configuration,
    MatrixCell cell,
    long seed,
    boolean keeps,
    @Nullable Verdict verdict,
    String reason,
    long acknowledged,
    long lost,
    int unrecovered,
    @Nullable String run) {

  /** Which run it is of. */
  MatrixRun of() {
    return new MatrixRun(cell, seed);
  }

  /** The same entry in another matrix directory; both paths are absolute. */
  MatrixEntry seenFrom(Path directory, Path before) {
    String path =
        run == null ? null : directory.relativize(before.resolve(run).normalize()).toString();
    return new MatrixEntry(
        system,
        configuration,
        cell,
        seed,
        keeps,
        verdict,
        reason,
        acknowledged,
        lost,
        unrecovered,
        path);
  }
}
