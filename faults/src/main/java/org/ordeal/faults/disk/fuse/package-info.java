/**
 * The kernel's FUSE protocol over {@code /dev/fuse}, without libfuse.
 *
 * <p>A request is one {@code read(2)}, its answer one {@code write(2)} on the same descriptor:
 *
 * <pre>
 *   request                                   answer
 *    0 u32 length                              0 u32 length
 *    4 u32 opcode                              4 i32 error, negated errno or 0
 *    8 u64 unique                              8 u64 unique
 *   16 u64 node                               16 payload
 *   24 u32 uid, 28 u32 gid, 32 u32 pid
 *   40 payload
 * </pre>
 *
 * <p>Layouts of the payloads: {@code include/uapi/linux/fuse.h}, protocol 7.38. Each reader thread
 * has a descriptor of its own (FUSE_DEV_IOC_CLONE). The kernel's write-back cache is off, so that
 * {@code write(2)} reaches the disk at once and the disk alone knows a file's size; memory maps are
 * written back by the kernel as for any file system.
 */
@NullMarked
package org.ordeal.faults.disk.fuse;

import org.jspecify.annotations.NullMarked;
