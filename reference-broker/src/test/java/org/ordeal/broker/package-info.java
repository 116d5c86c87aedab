/** Tests of the broker with Apache's own clients and tools as drivers. */
@NullMarked
package org.ordeal.broker;

import org.jspecify.annotations.NullMarked;
