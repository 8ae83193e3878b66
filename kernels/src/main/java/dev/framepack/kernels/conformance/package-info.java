/**
 * One table of op cases that drives conformance, determinism and benchmarks of every backend, so
 * that none is held to another's shapes.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.conformance;
