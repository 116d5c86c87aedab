/**
 * The faults in force on a disk: which operations they select, how they delay or fail them, and
 * what evidence they keep.
 */
@NullMarked
package org.ordeal.faults.disk.toxic;

import org.jspecify.annotations.NullMarked;
