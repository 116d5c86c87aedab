package org.ordeal.faults.disk.volume;

import org.jspecify.annotations.Nullable;

/**
 * What {@code setattr} is to change; null leaves a thing as it is.
 *
 * @param mode permissions, set-id and sticky bits
 * @param uid owner
 * @param gid group
 * @param size new size of a regular file
 * @param atime nanoseconds since 1970
 * @param mtime nanoseconds since 1970
 * @param dropSetId whether set-user-id and set-group-id are to go, because the content or the owner
 *     changes
 */
public record AttributeChange(
    @Nullable Integer mode,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Long size,
    @Nullable Long atime,
    @Nullable Long mtime,
    boolean dropSetId) {}
