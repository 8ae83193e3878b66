/**
 * The conformance pack: small kernels, one per form of a collective, asynchronous or approximate
 * instruction, with inputs that tag every lane. What a real device answers is recorded in a file
 * which the emulator must reproduce.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.kernels.conformance.pack;
