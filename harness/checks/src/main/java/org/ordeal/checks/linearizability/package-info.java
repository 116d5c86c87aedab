/** Linearizability: could an object that does one operation at a time have made this history? */
@NullMarked
package org.ordeal.checks.linearizability;

import org.jspecify.annotations.NullMarked;
