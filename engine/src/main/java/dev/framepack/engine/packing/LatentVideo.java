package dev.framepack.engine.packing;

import java.util.Arrays;

/**
 * Latent frames on the host, {@code [channels, frames, height, width]} row-major; for those who
 * watch a run.
 *
 * @param values channels * frames * height * width of them
 */
@SuppressWarnings("ArrayRecordComponent") // a bundle of samples, never compared
public record LatentVideo(int channels, int frames, int height, int width, float[] values) {

  public LatentVideo {
    long expected = (long) channels * frames * height * width;
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "LatentVideo: [%s, %s, %s, %s] needs %s values, found %s"
              .formatted(channels, frames, height, width, expected, values.length));
    }
  }

  /** The first frames. */
  public LatentVideo first(int count) {
    if (count == frames) {
      return this;
    }
    int plane = height * width;
    float[] cut = new float[channels * count * plane];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(values, c * frames * plane, cut, c * count * plane, count * plane);
    }
    return new LatentVideo(channels, count, height, width, cut);
  }

  @Override
  public String toString() {
    return "LatentVideo" + Arrays.toString(new int[] {channels, frames, height, width});
  }
}
