/** The two text encoders: Llama for the prompt's tokens, CLIP for its pooled vector (section 6). */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.model.text;
