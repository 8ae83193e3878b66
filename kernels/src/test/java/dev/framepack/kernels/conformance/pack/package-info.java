/** The conformance pack on the emulator, against formulas and against what devices recorded. */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.conformance.pack;
