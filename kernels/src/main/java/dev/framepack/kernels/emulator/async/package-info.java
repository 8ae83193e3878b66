/**
 * Instructions that take effect later: asynchronous copies, barriers in shared memory, bulk tensor
 * copies and warpgroup products. By default each takes effect at the last moment the rules allow,
 * so that a kernel that does not wait reads memory without values.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.async;
