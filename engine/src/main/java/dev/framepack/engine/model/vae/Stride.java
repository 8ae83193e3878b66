package dev.framepack.engine.model.vae;

import dev.framepack.weights.config.VaeConfig;
import java.util.ArrayList;
import java.util.List;

/** By how much a level of the autoencoder shrinks (or enlarges) time and space: 1 or 2 each. */
record Stride(int time, int space) {
  static final Stride NONE = new Stride(1, 1);

  boolean changesSize() {
    return time > 1 || space > 1;
  }

  /**
   * The stride after each level. Space is halved at the first levels; time at the last levels
   * before the final one, so that a level count of 4 and ratios of 4 and 8 give (1,2,2), (2,2,2),
   * (2,2,2), none. The decoder doubles by the same list in its own order of levels.
   */
  static List<Stride> perLevel(VaeConfig config) {
    int levels = config.blockOutChannels().size();
    int spatialLevels = log2(config.spatialCompressionRatio(), "spatial_compression_ratio");
    int temporalLevels = log2(config.temporalCompressionRatio(), "temporal_compression_ratio");
    if (spatialLevels > levels || temporalLevels > levels - 1) {
      throw new IllegalArgumentException(
          "VAE config: %s levels cannot compress space by %s and time by %s"
              .formatted(
                  levels, config.spatialCompressionRatio(), config.temporalCompressionRatio()));
    }
    List<Stride> strides = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      boolean time = level >= levels - 1 - temporalLevels && level < levels - 1;
      strides.add(new Stride(time ? 2 : 1, level < spatialLevels ? 2 : 1));
    }
    return List.copyOf(strides);
  }

  private static int log2(int ratio, String key) {
    if (Integer.bitCount(ratio) != 1) {
      throw new IllegalArgumentException(
          "VAE config: %s must be a power of two, found %s".formatted(key, ratio));
    }
    return Integer.numberOfTrailingZeros(ratio);
  }
}
