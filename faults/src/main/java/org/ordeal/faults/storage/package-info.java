/**
 * Faults of storage: what fault disks can do to nodes, as the plan names it.
 *
 * <p>A broker's disk is called as the broker. Most faults are toxics that stay in force until they
 * are healed; {@code power-loss} cuts the disks in one instant and kills their brokers, and healing
 * starts these again on what is left.
 */
@NullMarked
package org.ordeal.faults.storage;

import org.jspecify.annotations.NullMarked;
