/** Tests. */
@NullMarked
package org.ordeal.nameserver;

import org.jspecify.annotations.NullMarked;
