package dev.framepack.kernels.gpu.device;

/**
 * What a device is.
 *
 * @param computeCapability ten times major plus minor: 80, 90, 120
 * @param archSpecific true when {@code sm_XXa} code of that capability runs (path C on 90)
 * @param sharedBytesPerBlock most dynamic shared memory a block may ask for (opt-in)
 * @param freeBytes device memory free when this was read
 */
public record DeviceInfo(
    String name,
    int computeCapability,
    boolean archSpecific,
    int multiprocessors,
    int sharedBytesPerBlock,
    long l2Bytes,
    long totalBytes,
    long freeBytes,
    String driver) {}
