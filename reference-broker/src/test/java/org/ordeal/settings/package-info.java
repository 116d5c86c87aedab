/** Tests. */
@NullMarked
package org.ordeal.settings;

import org.jspecify.annotations.NullMarked;
