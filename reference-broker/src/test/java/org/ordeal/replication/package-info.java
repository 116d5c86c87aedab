/** Tests of the replicated store: one member, and three on loopback with real JRaft. */
@NullMarked
package org.ordeal.replication;

import org.jspecify.annotations.NullMarked;
