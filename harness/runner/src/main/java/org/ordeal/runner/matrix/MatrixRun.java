package org.ordeal.runner.matrix;

/** One run of a matrix. */
public record MatrixRun(MatrixCell cell, long seed) {}
