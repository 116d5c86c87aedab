/** The store as web pages on loopback, for people who look at runs. */
@NullMarked
package org.ordeal.runner.serve;

import org.jspecify.annotations.NullMarked;
