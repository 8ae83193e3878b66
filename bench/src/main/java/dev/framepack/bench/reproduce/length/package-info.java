/**
 * Cost against length: the paper's headline claim, that a section takes the same time and memory
 * however long the video is.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce.length;
