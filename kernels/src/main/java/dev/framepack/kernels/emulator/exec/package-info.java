/**
 * Execution: statements decoded into one object per instruction, warps of 32 lanes, blocks of
 * warps, barriers. A family of instructions joins by implementing {@code InstructionFamily}.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.exec;
