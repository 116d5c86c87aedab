package org.ordeal.replication;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.error.RaftError;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.ordeal.replication.AppendOutcome.Cause;

/**
 * An entry on its way, and whoever waits for it.
 *
 * <p>JRaft's codes do not tell what became of an entry: EPERM stands for "was never taken" and for
 * "was in the log when leadership ended, and may yet be committed". What is not known for sure to
 * be the former is {@link AppendOutcome.Unknown}.
 */
final class PendingAppend implements Closure {
  private final long storeMillis;
  private final Consumer<PendingAppend> onEnd;
  private final CompletableFuture<AppendOutcome> outcome = new CompletableFuture<>();

  /**
   * @param onEnd told once, when the outcome is known
   */
  PendingAppend(long storeMillis, Consumer<PendingAppend> onEnd) {
    this.storeMillis = storeMillis;
    this.onEnd = onEnd;
  }

  CompletableFuture<AppendOutcome> outcome() {
    return outcome;
  }

  void applied(List<AppendOutcome.Position> positions) {
    end(new AppendOutcome.Appended(positions, storeMillis));
  }

  @Override
  public void run(Status status) {
    if (status.isOk()) {
      end(new AppendOutcome.Unknown("The entry was committed, but not applied here."));
      return;
    }
    end(classify(status));
  }

  void end(AppendOutcome result) {
    if (outcome.complete(result)) {
      onEnd.accept(this);
    }
  }

  static AppendOutcome classify(Status status) {
    var text = String.valueOf(status.getErrorMsg());
    var error = status.getRaftError();
    if (error == RaftError.EBUSY) {
      // Said before the entry goes into the log, also while leadership is being handed over.
      return text.contains("transferring")
          ? new AppendOutcome.NotStored(
              Cause.NOT_LEADER, "Leadership is being handed to another member.")
          : new AppendOutcome.NotStored(Cause.BUSY, "Too much is in flight: " + text);
    }
    if (error == RaftError.EPERM
        && (text.equals("Is not leader.") || text.startsWith("expected_term="))) {
      return new AppendOutcome.NotStored(Cause.NOT_LEADER, "This member does not lead.");
    }
    if (error == RaftError.ENODESHUTDOWN) {
      return new AppendOutcome.NotStored(Cause.UNAVAILABLE, "This member is shutting down.");
    }
    return new AppendOutcome.Unknown(
        "The entry was in flight when this happened: %s (%s)".formatted(text, error));
  }
}
