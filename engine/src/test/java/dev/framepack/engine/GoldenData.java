package dev.framepack.engine;

import dev.framepack.weights.WeightFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The reference outputs in the test resources (README there), and the measure they are held to. */
public final class GoldenData {
  /** Tolerance of module outputs and latents, relative L2. */
  public static final double TOLERANCE = 1e-4;

  private GoldenData() {}

  /** A file or folder below {@code golden/}. */
  public static Path path(String relative) {
    try {
      return Path.of(GoldenData.class.getResource("/golden/README.md").toURI())
          .resolveSibling(relative);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every tensor of {@code folder/io.safetensors} as floats, by name. */
  public static Map<String, float[]> floats(String folder) {
    Map<String, float[]> values = new LinkedHashMap<>();
    try (WeightFile file = WeightFile.open(path(folder + "/io.safetensors"))) {
      for (String name : Set.copyOf(file.names())) {
        values.put(name, file.tensor(name).toFloats());
      }
    }
    return values;
  }

  /** {@code |found - expected| / |expected|}; NaN and differing lengths are infinitely far. */
  public static double relativeL2(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(difference / Math.max(norm, Double.MIN_NORMAL));
    return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
  }
}
