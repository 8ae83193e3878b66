/** PTX text: kernels and the templates they are written as. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.gpu.ptx;
