/**
 * The plain CPU backend that defines what is right: loops one can read beside the formula, sums in
 * float64, one rounding to float32 at the end.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.cpu.reference;
