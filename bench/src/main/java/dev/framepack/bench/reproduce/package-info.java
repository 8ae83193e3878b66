/**
 * {@code framepack reproduce}: a table of variants run over scenes and seeds, measured, and
 * reported beside the paper's figures.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce;
