/** Kernels on the JDK's Vector API; one class per family of operations. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.cpu.vector;
