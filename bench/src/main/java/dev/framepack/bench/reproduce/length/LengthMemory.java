package dev.framepack.bench.reproduce.length;

/**
 * What videos of one length take of memory.
 *
 * @param peakBytes most that tensors take at one time, weights included: planned, which runs reach
 *     to the byte
 * @param heapBytes of the Java heap in use while the finished video is held, garbage collected
 */
record LengthMemory(long peakBytes, long heapBytes) {}
