/** Queues seen as logs: every anomaly that a history of sends, reads and drains can show. */
@NullMarked
package org.ordeal.checks.log;

import org.jspecify.annotations.NullMarked;
