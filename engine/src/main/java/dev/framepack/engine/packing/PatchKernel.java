package dev.framepack.engine.packing;

/**
 * A patchify kernel: how many latent frames, rows and columns one token covers (paper section 3.1).
 *
 * <p>{@code kN} is {@code (N, 2N, 2N)}, {@code sN} compresses space alone, {@code (1, 2N, 2N)}, and
 * {@code kThHwW} spells out {@code (T, H, W)}. N = 1 is the kernel of the frames being denoised.
 */
public record PatchKernel(int frames, int height, int width) {

  /** {@code (1, 2, 2)}: full resolution. */
  public static final PatchKernel FULL = cube(1);

  public PatchKernel {
    if (frames < 1 || height < 2 || width < 2 || height % 2 != 0 || width % 2 != 0) {
      throw new IllegalArgumentException(
          "PatchKernel: frames must be positive, height and width even, found (%s, %s, %s)"
              .formatted(frames, height, width));
    }
  }

  /** {@code kN}. */
  public static PatchKernel cube(int scale) {
    return new PatchKernel(scale, 2 * scale, 2 * scale);
  }

  /** {@code sN}: every frame keeps tokens of its own. */
  public static PatchKernel spatial(int scale) {
    return new PatchKernel(1, 2 * scale, 2 * scale);
  }

  /** Latent positions one token covers. */
  public long volume() {
    return (long) frames * height * width;
  }

  /** Tokens of a latent video, the end of each axis padded to a whole kernel. */
  public long tokens(int latentFrames, int latentHeight, int latentWidth) {
    return (long) Math.ceilDiv(latentFrames, frames)
        * Math.ceilDiv(latentHeight, height)
        * Math.ceilDiv(latentWidth, width);
  }

  /** The shortest notation. */
  @Override
  public String toString() {
    if (height == width && height == 2 * frames) {
      return "k" + frames;
    }
    if (height == width && frames == 1) {
      return "s" + height / 2;
    }
    return "k%sh%sw%s".formatted(frames, height, width);
  }
}
