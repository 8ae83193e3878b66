/**
 * A backend and a device that fail on purpose, for tests and the soak: which call fails, and as
 * what, is decided beforehand. Nothing of the engine refers to it.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.fault;
