/**
 * Weight files as they lie on disk: safetensors files and shard indexes, the folders of a
 * checkpoint, and the checks that a file is what it claims to be before one byte of it is used.
 */
@NullMarked
package dev.framepack.weights;

import org.jspecify.annotations.NullMarked;
