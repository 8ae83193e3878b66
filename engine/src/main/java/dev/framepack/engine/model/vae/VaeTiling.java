package dev.framepack.engine.model.vae;

/**
 * How a video is cut into pieces that the autoencoder sees one at a time. All sizes are in pixels
 * and pixel frames; temporal windows are always on, spatial tiles on demand because they change
 * pixels (spec section 5).
 *
 * @param spatial whether frames larger than the minimum are cut into tiles
 * @param minHeight height of a tile
 * @param minWidth width of a tile
 * @param minFrames frames of a temporal window beside its first one
 * @param strideHeight rows from one tile to the next
 * @param strideWidth columns from one tile to the next
 * @param strideFrames frames from one window to the next
 */
public record VaeTiling(
    boolean spatial,
    int minHeight,
    int minWidth,
    int minFrames,
    int strideHeight,
    int strideWidth,
    int strideFrames) {

  public VaeTiling {
    requireStride("height", strideHeight, minHeight);
    requireStride("width", strideWidth, minWidth);
    requireStride("frames", strideFrames, minFrames);
  }

  /** Whole frames in temporal windows of 17 frames every 12. */
  public static VaeTiling windowsOnly() {
    return new VaeTiling(false, 256, 256, 16, 192, 192, 12);
  }

  /** Temporal windows and tiles of 256 pixels every 192. */
  public static VaeTiling windowsAndTiles() {
    return new VaeTiling(true, 256, 256, 16, 192, 192, 12);
  }

  private static void requireStride(String axis, int stride, int size) {
    if (stride < 1 || stride > size) {
      throw new IllegalArgumentException(
          "VaeTiling: stride of %s must be in 1..%s, found %s".formatted(axis, size, stride));
    }
  }
}
