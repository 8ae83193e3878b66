/**
 * The GPU kit: a folder that runs on a machine with nothing but an NVIDIA driver, and the one
 * command inside it that checks every kernel, then measures.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.kit;
