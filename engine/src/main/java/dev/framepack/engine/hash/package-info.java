/** Hashes of contents: models, pictures, checkpoints. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.hash;
