@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.emulator.parse;
