@NullMarked
package org.ordeal.checks.log;

import org.jspecify.annotations.NullMarked;
