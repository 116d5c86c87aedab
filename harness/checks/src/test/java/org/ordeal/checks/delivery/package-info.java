@NullMarked
package org.ordeal.checks.delivery;

import org.jspecify.annotations.NullMarked;
