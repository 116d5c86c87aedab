package org.ordeal.runner.cli;

import java.util.concurrent.Callable;
import org.ordeal.runner.UsageException;
import picocli.CommandLine.Command;

/** {@code ordeal matrix}. */
@Command(
    name = "matrix",
    mixinStandardHelpOptions = true,
    description =
        "Runs topology x flush x fault and holds what was measured against what is promised.",
    footerHeading = "%nExample:%n",
    footer = {"  ordeal matrix --system reference --seeds 3"})
final class MatrixCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new UsageException("'ordeal matrix' is not built yet.");
  }
}
