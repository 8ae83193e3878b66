package dev.framepack.engine.model.hunyuan;

import dev.framepack.kernels.op.Patchify;

/** How many latent frames, rows and columns one token covers. */
public record PatchSize(int frames, int height, int width) {

  public PatchSize {
    if (frames <= 0 || height <= 0 || width <= 0) {
      throw new IllegalArgumentException(
          "PatchSize: sides must be positive, found %sx%sx%s".formatted(frames, height, width));
    }
  }

  /** The patch of the same form, {@code factor} times as long on every axis. */
  public PatchSize times(int factor) {
    return new PatchSize(frames * factor, height * factor, width * factor);
  }

  /** Latent positions one token covers. */
  public int volume() {
    return frames * height * width;
  }

  /** Tokens of a latent video, the end of each axis padded to a whole patch. */
  public int tokens(int latentFrames, int latentHeight, int latentWidth) {
    return Math.ceilDiv(latentFrames, frames)
        * Math.ceilDiv(latentHeight, height)
        * Math.ceilDiv(latentWidth, width);
  }

  Patchify patchify() {
    return new Patchify(frames, height, width);
  }
}
