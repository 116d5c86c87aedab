/**
 * Brokers that break their promises, for the harness to catch: its positive controls.
 *
 * <p>Each puts a replica of its own around the real one. They are test classes, in no jar that is
 * shipped, and the product takes a replica from code only, so that no configuration can turn it
 * into one of these.
 *
 * <p>Start: {@code java -cp CLASSES:TEST-CLASSES:LIBRARIES org.ordeal.variants.BrokerVariantMain
 * VARIANT -c FILE}, where VARIANT is {@code ack-before-replication}, {@code ack-before-fsync} or
 * {@code stale-leader}, CLASSES and TEST-CLASSES are this module's {@code target/classes} and
 * {@code target/test-classes}, and FILE is a broker's property file.
 */
@NullMarked
package org.ordeal.variants;

import org.jspecify.annotations.NullMarked;
