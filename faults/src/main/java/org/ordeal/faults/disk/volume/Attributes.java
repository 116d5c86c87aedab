package org.ordeal.faults.disk.volume;

/**
 * What {@code stat} tells of an inode. Times are nanoseconds since 1970, blocks are of 512 bytes.
 */
public record Attributes(
    long ino,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    int mode,
    int links,
    int uid,
    int gid,
    int rdev) {}
