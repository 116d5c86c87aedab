package org.ordeal.workloads.recorder;

import org.jspecify.annotations.Nullable;
import org.ordeal.history.OperationType;

/**
 * A client process in Jepsen's sense: it does one thing at a time, and what it does is recorded.
 *
 * <p>After an {@link #info info} the process may still be doing what it did, so its number is
 * retired and this object goes on under a fresh one. To be used by one thread at a time.
 */
public final class RecordedProcess {

  private final Recorder recorder;
  private final @Nullable Tally tally;
  private int number;
  private int values;
  private long lastTime = Long.MIN_VALUE;
  private long intended = -1;
  private @Nullable String openF;
  private @Nullable String openKey;

  RecordedProcess(Recorder recorder, int number, @Nullable Tally tally) {
    this.recorder = recorder;
    this.tally = tally;
    this.number = number;
  }

  /** Its process number at this moment. */
  public int number() {
    return number;
  }

  /**
   * A value that no other process of the run, nor this one again, ever uses: process number and
   * sequence.
   */
  public String uniqueValue() {
    return number + "." + values++;
  }

  /** When the next operation was due, in nanoseconds since the start of the run. */
  public void due(long intendedNanos) {
    this.intended = intendedNanos;
  }

  /**
   * Records an invocation. Must have returned before anything of it is sent.
   *
   * @throws IllegalStateException if the operation before has not been completed
   */
  public void invoke(
      String f, @Nullable String key, @Nullable String node, @Nullable Object value) {
    if (openF != null) {
      throw new IllegalStateException(
          "Process %d cannot invoke %s: its %s is still open.".formatted(number, f, openF));
    }
    long time = tick();
    openF = f;
    openKey = key;
    recorder.append(
        time,
        intended >= 0 ? Math.min(intended, time) : time,
        number,
        OperationType.INVOKE,
        f,
        value,
        key,
        node,
        null);
    intended = -1;
    count(OperationType.INVOKE);
  }

  /** Records that the operation certainly took effect. */
  public void ok(@Nullable String node, @Nullable Object value) {
    complete(OperationType.OK, node, value, null);
  }

  /** Records that the operation took effect, in a way that {@code note} qualifies. */
  public void ok(@Nullable String node, @Nullable Object value, String note) {
    complete(OperationType.OK, node, value, note);
  }

  /** Records that the operation certainly had no effect. */
  public void fail(@Nullable String node, @Nullable Object value, String error) {
    complete(OperationType.FAIL, node, value, error);
  }

  /** Records that nobody knows what became of the operation, and retires the process number. */
  public void info(@Nullable String node, @Nullable Object value, String error) {
    complete(OperationType.INFO, node, value, error);
    number = recorder.takeNumber();
  }

  private void complete(
      OperationType type, @Nullable String node, @Nullable Object value, @Nullable String error) {
    String f = openF;
    if (f == null) {
      throw new IllegalStateException(
          "Process %d cannot complete anything: nothing is open.".formatted(number));
    }
    openF = null;
    recorder.append(tick(), -1, number, type, f, value, openKey, node, error);
    count(type);
  }

  private void count(OperationType type) {
    if (tally != null) {
      tally.count(type);
    }
  }

  /** Whether an operation is open. */
  public boolean isOpen() {
    return openF != null;
  }

  /**
   * Strictly increasing within the process, so that its events keep their order in a sort by time.
   */
  private long tick() {
    lastTime = Math.max(recorder.now(), lastTime + 1);
    return lastTime;
  }
}
