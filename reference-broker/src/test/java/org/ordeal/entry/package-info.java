@NullMarked
package org.ordeal.entry;

import org.jspecify.annotations.NullMarked;
