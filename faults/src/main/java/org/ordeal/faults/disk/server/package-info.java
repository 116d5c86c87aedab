/**
 * The disk daemon: mounted disks, the requests that the kernel makes of them, and the HTTP
 * interface that commands them.
 */
@NullMarked
package org.ordeal.faults.disk.server;

import org.jspecify.annotations.NullMarked;
