/** From an operation and its shapes to launches: one launcher per family of operations. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.gpu.launch;
