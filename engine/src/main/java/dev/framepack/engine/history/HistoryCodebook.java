package dev.framepack.engine.history;

import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * History discretisation (paper v3, "History discretization"): a latent pixel F_p becomes its
 * nearest of K codewords, {@code argmin_k ||F_p - omega_k||}. K = 1 forgets everything and cannot
 * drift, a large K is ordinary history. As a file: safetensors with one tensor {@value #TENSOR}
 * {@code [K, C]}.
 */
public final class HistoryCodebook implements HistoryFilter {
  /** Name of the tensor. */
  public static final String TENSOR = "codebook";

  private final int channels;
  private final float[] codewords;

  /**
   * @param codewords {@code [K, C]} row-major
   */
  public HistoryCodebook(int channels, float... codewords) {
    if (channels < 1 || codewords.length == 0 || codewords.length % channels != 0) {
      throw new IllegalArgumentException(
          "HistoryCodebook: expected rows of %s values, found %s values"
              .formatted(channels, codewords.length));
    }
    this.channels = channels;
    this.codewords = codewords.clone();
  }

  /**
   * Reads a file.
   *
   * @throws dev.framepack.weights.WeightException for a file that is none
   * @throws ModelMismatchException {@code CODEBOOK} for one that holds no codebook
   */
  public static HistoryCodebook read(Path file) {
    try (WeightFile weights = WeightFile.open(file)) {
      if (!weights.names().contains(TENSOR)
          || weights.tensor(TENSOR).shape().length != 2
          || weights.tensor(TENSOR).elementCount() == 0) {
        throw new ModelMismatchException(
            "CODEBOOK",
            "%s: expected a tensor %s [K, C], found %s".formatted(file, TENSOR, weights.names()),
            "make one with framepack codebook",
            null);
      }
      WeightTensor tensor = weights.tensor(TENSOR);
      float[] codewords = tensor.toFloats();
      for (float value : codewords) {
        if (!Float.isFinite(value)) {
          throw new ModelMismatchException(
              "CODEBOOK", file + ": a codeword is not finite", "fit it again", null);
        }
      }
      return new HistoryCodebook((int) tensor.shape()[1], codewords);
    }
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @throws IOException when it cannot be written
   */
  public void write(Path file) throws IOException {
    SafetensorsWriter.write(
        file,
        List.of(WeightTensor.ofFloats(TENSOR, new long[] {size(), channels}, codewords)),
        Map.of("format", "framepack history codebook"));
  }

  /** K. */
  public int size() {
    return codewords.length / channels;
  }

  /**
   * This, if it is for latents of so many channels.
   *
   * @throws ModelMismatchException {@code CODEBOOK} otherwise
   */
  HistoryCodebook requireChannels(int expected) {
    if (channels != expected) {
      throw new ModelMismatchException(
          "CODEBOOK",
          "the codebook has %s channels, the model's latents have %s".formatted(channels, expected),
          "fit one from latents of this model with framepack codebook",
          null);
    }
    return this;
  }

  @Override
  public void apply(LatentVideo context, int[] frames) {
    int plane = context.height() * context.width();
    float[] values = context.values();
    int stride = context.frames() * plane;
    for (int frame = 0; frame < frames.length; frame++) {
      // Blank frames are absent, not pixels to be encoded.
      for (int p = frame * plane;
          frames[frame] != SectionPlan.BLANK && p < (frame + 1) * plane;
          p++) {
        int best = nearest(values, p, stride);
        for (int c = 0; c < channels; c++) {
          values[c * stride + p] = codewords[best + c];
        }
      }
    }
  }

  /** Where the codeword nearest to a latent pixel begins. */
  private int nearest(float[] values, int pixel, int stride) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int word = 0; word < codewords.length; word += channels) {
      double distance = 0;
      for (int c = 0; c < channels; c++) {
        double difference = values[c * stride + pixel] - codewords[word + c];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = word;
      }
    }
    return best;
  }
}
