/** The SigLIP image encoder (spec section 6). */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.model.vision;
