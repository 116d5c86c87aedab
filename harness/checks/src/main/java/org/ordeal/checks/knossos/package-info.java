/**
 * A second opinion: Knossos, the linearizability checker of Jepsen, run inside this process.
 *
 * <p>Knossos is a Clojure library under the Eclipse Public License that is published on Clojars
 * only. Ordeal neither contains nor needs it: {@link org.ordeal.checks.knossos.Knossos} loads it at
 * run time through {@code clojure.java.api.Clojure}, from the class path (Maven profile {@code
 * knossos}) or from a folder, and says how to get it where it is absent.
 *
 * <p>Models are mapped where both sides mean the same: {@code register}, {@code cas-register},
 * {@code mutex}, and the two queues as long as no dequeue found them empty or never completed,
 * which Knossos cannot express. Its registers take a read of {@code nil} for a read of anything, so
 * {@code null} is written as a value of its own.
 */
@NullMarked
package org.ordeal.checks.knossos;

import org.jspecify.annotations.NullMarked;
