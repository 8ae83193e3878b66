/** Emulated memory: buffers behind 64-bit addresses, shared memory of a block, access checks. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.memory;
