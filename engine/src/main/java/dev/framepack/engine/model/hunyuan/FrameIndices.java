package dev.framepack.engine.model.hunyuan;

import java.util.List;

/**
 * Where each latent frame of a packed sequence lies in time (spec section 4).
 *
 * @param latents of the frames being denoised
 * @param context of every part of the context, in packed order
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of arguments, never compared
public record FrameIndices(int[] latents, List<int[]> context) {
  public FrameIndices {
    context = List.copyOf(context);
  }
}
