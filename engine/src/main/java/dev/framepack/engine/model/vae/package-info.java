/** The HunyuanVideo causal video autoencoder (spec section 5). */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.model.vae;
