package org.ordeal.runner.matrix;

import org.jspecify.annotations.Nullable;
import org.ordeal.history.Verdict;

/**
 * What one run of a matrix came to; a file of its own.
 *
 * @param system the system under test
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
    MatrixCell cell,
    long seed,
    boolean keeps,
    @Nullable Verdict verdict,
    String reason,
    long acknowledged,
    long lost,
    int unrecovered,
    @Nullable String run) {}
