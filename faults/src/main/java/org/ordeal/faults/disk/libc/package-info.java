/**
 * The few system calls that a file system in user space needs and Java does not offer, through the
 * foreign-function interface.
 *
 * <p>Paths and names are byte strings to Linux. They are kept here as Java strings with one char
 * for each byte (ISO 8859-1), so that any name survives, whatever the locale; {@link
 * org.ordeal.faults.disk.libc.PathBytes#display} turns one into text for people.
 */
@NullMarked
package org.ordeal.faults.disk.libc;

import org.jspecify.annotations.NullMarked;
