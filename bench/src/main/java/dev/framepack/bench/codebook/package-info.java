/** History codebooks: fitting them to latents (paper v3, "History discretization"). */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.codebook;
