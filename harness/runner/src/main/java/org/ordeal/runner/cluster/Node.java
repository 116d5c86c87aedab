package org.ordeal.runner.cluster;

import java.nio.file.Path;
import java.util.List;
import org.ordeal.faults.TargetNode;

/** A node of a running cluster. */
public interface Node extends TargetNode {

  /** Its directory in the run's: configuration, logs, and data where no fault disk holds that. */
  Path directory();

  /** Where its data is, as the harness can read it. */
  Path store();

  /** Its last log lines, oldest first, at most so many: standard error before its log files. */
  List<String> lastLogLines(int atMost);
}
