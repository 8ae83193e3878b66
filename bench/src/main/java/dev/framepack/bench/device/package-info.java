/** Benchmarks of the device kernels: device time by events, beside the machine's ceilings. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.device;
