package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks histories, or the history of a run, against a model.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal check history.jsonl --model register"})
final class CheckCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal check' is not built yet.");
  }
}
