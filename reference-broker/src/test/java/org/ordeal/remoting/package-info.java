/** Tests. */
@NullMarked
package org.ordeal.remoting;

import org.jspecify.annotations.NullMarked;
