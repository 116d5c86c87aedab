/**
 * The gate: does a set of runs let a release pass?
 *
 * <p>A policy is a YAML file whose lines ask for something: a promise that must have been tested
 * often enough and never been broken, a positive control that must have been shown, a limit on
 * unavailability or latency. {@link org.ordeal.runner.gate.Policy} keeps the line number of each
 * demand, so that a refusal names the line and the run. {@link org.ordeal.runner.gate.Gate} weighs
 * the runs. Nothing passes by absence: a demand for which there is no run has failed, and so has
 * one for which a run is {@code unknown}.
 */
@NullMarked
package org.ordeal.runner.gate;

import org.jspecify.annotations.NullMarked;
