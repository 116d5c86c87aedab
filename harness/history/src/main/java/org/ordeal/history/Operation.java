package org.ordeal.history;

import org.jspecify.annotations.Nullable;

/**
 * One event of a history: the invocation or the completion of something that a process did.
 *
 * <p>Immutable. Values are plain data: {@code null}, {@link Boolean}, {@link Long}, {@link Double},
 * {@link String}, {@link java.util.List} and {@link java.util.Map} of these.
 *
 * @param index position in the history, from 0, increasing
 * @param time nanoseconds since the start of the run, never decreasing
 * @param process the client process, from 0, or {@link #NEMESIS}
 * @param type invocation or kind of completion
 * @param f name of the operation, such as {@code send}
 * @param value argument or result; its shape is the model's
 * @param key the object that the operation addresses, such as {@code topic-queue}
 * @param node the node that was addressed or that answered, where known
 * @param error why a {@code fail} or {@code info} is one
 */
public record Operation(
    long index,
    long time,
    int process,
    OperationType type,
    String f,
    @Nullable Object value,
    @Nullable String key,
    @Nullable String node,
    @Nullable String error) {

  /** The process number of the fault runner, written {@code "nemesis"} in files. */
  public static final int NEMESIS = -1;

  /** Whether the fault runner, not a client, did this. */
  public boolean byNemesis() {
    return process == NEMESIS;
  }
}
