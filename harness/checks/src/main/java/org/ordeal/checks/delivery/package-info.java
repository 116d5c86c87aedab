/**
 * What a broker does with messages beyond keeping them: to whom it delivers them, when, in what
 * order, and whether at all.
 *
 * <p>Each check reads operations of its own; their values are in the check's documentation. All
 * count exactly and keep the first few of each anomaly with the operations that show it.
 */
@NullMarked
package org.ordeal.checks.delivery;

import org.jspecify.annotations.NullMarked;
