/** A PTX emulator: runs PTX text on the CPU, warp by warp, and reports every misuse it sees. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator;
