/** Measurements of systems under test, run by the scripts in {@code benchmarks/}. */
@NullMarked
package org.ordeal.runner.bench;

import org.jspecify.annotations.NullMarked;
