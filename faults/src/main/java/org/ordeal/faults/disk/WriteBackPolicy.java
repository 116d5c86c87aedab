package org.ordeal.faults.disk;

/**
 * What a disk makes durable though nobody syncs it, and in which order.
 *
 * @param metadata what a cut does to names, sizes and attributes
 * @param dataAgeMillis unsynced data older than this is written back; -1 never
 * @param metadataAgeMillis unsynced metadata older than this is committed; -1 never
 */
public record WriteBackPolicy(MetadataMode metadata, long dataAgeMillis, long metadataAgeMillis) {

  /** Linux with ext4: metadata in order and after 5 s, data after 30 s. */
  public static final WriteBackPolicy LINUX = new WriteBackPolicy(MetadataMode.EXT4, 30_000, 5_000);
}
