/** Matrix instructions on plain arrays. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.matrix;
