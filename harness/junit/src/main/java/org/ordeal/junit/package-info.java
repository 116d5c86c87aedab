/**
 * Ordeal from a JUnit Jupiter test.
 *
 * <p>Annotate a test class with {@link org.ordeal.junit.Cluster} and let a test method take what it
 * needs as a parameter:
 *
 * <ul>
 *   <li>{@link org.ordeal.runner.RunOutcome}: one whole run of {@link org.ordeal.junit.Faults} on
 *       such a cluster, carried out before the method begins; the method says what must hold. Where
 *       the method has nothing to add, {@link org.ordeal.junit.Verdicts#assertPassed} is all of it.
 *   <li>{@link org.ordeal.runner.cluster.Cluster}: a running cluster behind its proxies, for tests
 *       that bring their own clients and inject faults themselves. It ends with the test.
 * </ul>
 *
 * <pre>{@code
 * @Cluster(topology = "dledger", flush = "sync")
 * class OurBrokerKeepsItsWord {
 *
 *   @Test
 *   @Faults({"kill:leader", "partition"})
 *   void shouldLoseNothing(RunOutcome run) {
 *     Verdicts.assertPassed(run);
 *   }
 * }
 * }</pre>
 *
 * The system properties {@code ordeal.system}, {@code ordeal.seed}, {@code ordeal.time}, {@code
 * ordeal.runtime} and {@code ordeal.store} override the annotations, so that a build can put
 * another broker, or more time, to the same tests.
 */
@NullMarked
package org.ordeal.junit;

import org.jspecify.annotations.NullMarked;
