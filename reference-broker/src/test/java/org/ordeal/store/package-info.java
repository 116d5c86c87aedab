/** Tests of the store's files on a simulated disk that loses power, fills up and fails. */
@NullMarked
package org.ordeal.store;

import org.jspecify.annotations.NullMarked;
