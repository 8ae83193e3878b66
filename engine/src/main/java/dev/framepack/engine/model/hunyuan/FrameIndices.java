package dev.framepack.engine.model.hunyuan;

/**
 * Where each latent frame of a packed sequence lies in time (spec section 4).
 *
 * @param latents of the frames being denoised
 * @param clean of the uncompressed context frames
 * @param history2x of the frames compressed by 2
 * @param history4x of the frames compressed by 4
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of arguments, never compared
public record FrameIndices(int[] latents, int[] clean, int[] history2x, int[] history4x) {}
