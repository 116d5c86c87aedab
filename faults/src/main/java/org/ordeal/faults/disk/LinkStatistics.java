package org.ordeal.faults.disk;

/**
 * Counters of the way from one disk to its storage, since it was mounted.
 *
 * @param answered requests that the storage answered
 * @param answeredNanos how long all these took together, nanoseconds
 * @param medianNanos a time that half of these did not take longer than, within a factor of two;
 *     nanoseconds
 * @param bytesToStorage bytes of the requests that were answered
 * @param bytesFromStorage bytes of their answers
 * @param broken requests that failed because a connection broke or could not be made; those whose
 *     callers were killed do not count
 * @param waiting requests that wait for an answer now
 * @param longestWaitNanos how long the oldest of them has waited; 0 where there is none
 */
public record LinkStatistics(
    long answered,
    long answeredNanos,
    long medianNanos,
    long bytesToStorage,
    long bytesFromStorage,
    long broken,
    int waiting,
    long longestWaitNanos) {}
