package org.ordeal.runner.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.ordeal.faults.NodeState;

/**
 * What {@code /proc/<pid>/stat} says of a process at one moment.
 *
 * @param pid process id
 * @param state the kernel's letter: R, S, D run or wait, T is stopped, Z a corpse
 * @param startTicks when it started, in clock ticks since boot: with the pid it names one process
 *     for good, since pids are used again
 */
record ProcStat(long pid, char state, long startTicks) {

  private static final int START_TIME_FIELD = 22;

  /** Reads it; empty where there is no such process. */
  static Optional<ProcStat> read(long pid) {
    String line;
    try {
      line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    } catch (IOException e) {
      return Optional.empty();
    }
    // The second field is the command in parentheses, and may itself contain anything.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
    return Optional.of(
        new ProcStat(pid, fields[0].charAt(0), Long.parseLong(fields[START_TIME_FIELD - 3])));
  }

  NodeState nodeState() {
    return switch (state) {
      case 'T', 't' -> NodeState.PAUSED;
      case 'Z', 'X', 'x' -> NodeState.GONE;
      default -> NodeState.RUNNING;
    };
  }
}
