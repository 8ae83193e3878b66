/**
 * Matrix instructions on plain arrays: fragment layouts of {@code mma.sync}, {@code ldmatrix} and
 * {@code wgmma}, shared-memory swizzles and descriptors. Knows no warp, no checks and no memory.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.matrix;
