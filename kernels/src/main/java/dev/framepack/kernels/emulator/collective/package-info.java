/** Instructions in which the lanes of a warp act together: shuffles, votes, matrix products. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.collective;
