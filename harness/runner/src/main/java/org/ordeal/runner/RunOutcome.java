package org.ordeal.runner;

import org.ordeal.history.Results;

/**
 * How a run ended.
 *
 * @param directory where everything is
 * @param results what was found
 * @param exitCode the code for the shell
 */
public record RunOutcome(RunDirectory directory, Results results, ExitCode exitCode) {}
