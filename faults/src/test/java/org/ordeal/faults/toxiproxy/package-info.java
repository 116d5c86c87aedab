/** Tests of the embedded Toxiproxy; most run against the Go server too, where there is one. */
@NullMarked
package org.ordeal.faults.toxiproxy;

import org.jspecify.annotations.NullMarked;
