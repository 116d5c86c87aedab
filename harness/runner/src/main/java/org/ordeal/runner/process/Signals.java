package org.ordeal.runner.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Sends signals by {@code kill(2)}: no process is needed to stop another. */
enum Signals {
  /** SIGQUIT: a JVM writes the stacks of its threads to its console and goes on. */
  QUIT(3),
  /** SIGKILL: ends it whatever it does. */
  KILL(9),
  /** SIGTERM: asks it to end. */
  TERMINATE(15),
  /** SIGCONT: lets it go on. */
  CONTINUE(18),
  /** SIGSTOP: freezes it. */
  STOP(19);

  private static final MethodHandle KILL_CALL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int number;

  Signals(int number) {
    this.number = number;
  }

  /** Sends it; whether there was a process to send it to that we may signal. */
  boolean send(long pid) {
    if (pid <= 1) {
      throw new IllegalArgumentException("No node has the process id " + pid + ".");
    }
    try {
      return (int) KILL_CALL.invokeExact(Math.toIntExact(pid), number) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("kill(2) could not be called.", e);
    }
  }
}
