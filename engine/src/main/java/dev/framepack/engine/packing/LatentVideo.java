package dev.framepack.engine.packing;

import dev.framepack.kernels.tensor.Shape;
import java.util.Arrays;

/**
 * Latent frames on the host, {@code [channels, frames, height, width]} row-major; operations copy.
 *
 * @param values channels * frames * height * width of them
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of samples, never compared
public record LatentVideo(int channels, int frames, int height, int width, float[] values) {

  public LatentVideo {
    long expected = (long) channels * frames * height * width;
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "LatentVideo: [%d, %d, %d, %d] needs %d values, found %d"
              .formatted(channels, frames, height, width, expected, values.length));
    }
  }

  /** {@code [1, channels, frames, height, width]}: as the networks take it. */
  public Shape shape() {
    return Shape.of(1, channels, frames, height, width);
  }

  /** Blank frames, which the network takes for missing history. */
  public static LatentVideo zeros(int channels, int frames, int height, int width) {
    return new LatentVideo(
        channels,
        frames,
        height,
        width,
        new float[Math.toIntExact((long) channels * frames * height * width)]);
  }

  /** {@code count} frames from {@code start}. */
  public LatentVideo slice(int start, int count) {
    int plane = height * width;
    LatentVideo cut = zeros(channels, count, height, width);
    for (int c = 0; c < channels; c++) {
      System.arraycopy(
          values, (c * frames + start) * plane, cut.values, c * count * plane, count * plane);
    }
    return cut;
  }

  /** These frames, then the others. */
  public LatentVideo then(LatentVideo next) {
    int plane = height * width;
    LatentVideo joined = zeros(channels, frames + next.frames, height, width);
    for (int c = 0; c < channels; c++) {
      int target = c * joined.frames * plane;
      System.arraycopy(values, c * frames * plane, joined.values, target, frames * plane);
      System.arraycopy(
          next.values,
          c * next.frames * plane,
          joined.values,
          target + frames * plane,
          next.frames * plane);
    }
    return joined;
  }

  /** Whether any sample is NaN or infinite. */
  public boolean hasNonFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "LatentVideo" + Arrays.toString(new int[] {channels, frames, height, width});
  }
}
