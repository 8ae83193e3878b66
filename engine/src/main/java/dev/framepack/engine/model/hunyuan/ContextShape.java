package dev.framepack.engine.model.hunyuan;

/**
 * Context frames that are encoded by one kernel.
 *
 * @param form how frames become tokens
 * @param frames latent frames
 * @param kernel what encodes them, in latent positions
 */
public record ContextShape(Form form, int frames, PatchSize kernel) {

  /** How frames become tokens. */
  public enum Form {
    /** Patchify over contiguous frames. */
    FRAMES,
    /** Each frame pooled on its own by (1, 32, 32), then patchify (tail option "append"). */
    APPENDED_TAIL,
    /** One mean of all frames, then patchify (tail option "compress"). */
    COMPRESSED_TAIL
  }

  /** Rows and columns of latents pooled for {@link Form#APPENDED_TAIL}. */
  static final int APPEND_POOL = 32;

  public ContextShape {
    if (frames <= 0) {
      throw new IllegalArgumentException("ContextShape: frames must be positive, found " + frames);
    }
  }

  /** Contiguous frames. */
  public static ContextShape frames(int frames, PatchSize kernel) {
    return new ContextShape(Form.FRAMES, frames, kernel);
  }

  /** Tokens of these frames. */
  public int tokens(int latentHeight, int latentWidth) {
    return switch (form) {
      case FRAMES -> kernel.tokens(frames, latentHeight, latentWidth);
      case APPENDED_TAIL -> frames * kernel.tokens(1, pooled(latentHeight), pooled(latentWidth));
      case COMPRESSED_TAIL -> 1;
    };
  }

  /** Rows or columns of a pooled frame. */
  static int pooled(int positions) {
    return Math.ceilDiv(positions, APPEND_POOL);
  }
}
