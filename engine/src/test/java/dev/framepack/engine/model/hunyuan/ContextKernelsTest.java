package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.ModelHarness;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Context embeddings against convolutions written out: kernels without weights, and tails. */
final class ContextKernelsTest {
  private static final PatchSize PATCH = new PatchSize(1, 2, 2);
  private static final int CHANNELS = 16;

  private final PackedTransformer model = TransformerCase.model();

  /** Latents {@code [C, frames, height, width]} that repeat their edge. */
  private record Latents(int frames, int height, int width, float[] values) {
    double at(int c, int t, int y, int x) {
      int frame = Math.min(t, frames - 1);
      int row = Math.min(y, height - 1);
      int column = Math.min(x, width - 1);
      return values[((c * frames + frame) * height + row) * width + column];
    }

    static Latents random(int frames, int height, int width) {
      return new Latents(
          frames,
          height,
          width,
          new TorchRandom(5).randn((long) CHANNELS * frames * height * width));
    }

    /** Means of 2x2x2, the edge repeated. */
    Latents halved() {
      int t = Math.ceilDiv(frames, 2);
      int h = Math.ceilDiv(height, 2);
      int w = Math.ceilDiv(width, 2);
      float[] means = new float[CHANNELS * t * h * w];
      for (int i = 0; i < means.length; i++) {
        double sum = 0;
        for (int k = 0; k < 8; k++) {
          sum +=
              at(
                  i / (t * h * w),
                  2 * (i / (h * w) % t) + k / 4,
                  2 * (i / w % h) + k / 2 % 2,
                  2 * (i % w) + k % 2);
        }
        means[i] = (float) (sum / 8);
      }
      return new Latents(t, h, w, means);
    }
  }

  private Map<String, float[]> history(ContextShape part, Latents latents) {
    try (Backend backend = new VectorBackend(2);
        ArenaWeightStore weights = TransformerCase.weights(model, backend)) {
      PackedShape shape = new PackedShape(1, 1, latents.height(), latents.width(), List.of(part));
      HostConstants constants = new HostConstants();
      Map<String, float[]> found =
          new HashMap<>(
              ModelHarness.run(
                  backend,
                  weights,
                  model.history(shape, constants),
                  constants,
                  Map.of(TransformerIo.context(0), latents.values())));
      PatchEmbedding full = model.embedding.context().get(PATCH);
      found.put("weight", weight(backend, weights, full.linear().weight().name()));
      found.put("bias", weight(backend, weights, "clean_x_embedder.proj.bias"));
      return found;
    }
  }

  private float[] weight(Backend backend, ArenaWeightStore weights, String name) {
    long[] dims =
        model.parameters().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow()
            .shape()
            .dims();
    return HostValues.download(backend, weights.tensor(name, Shape.of(dims)));
  }

  /**
   * A convolution whose kernel is its stride, with the full-resolution kernel repeated over a
   * larger one and divided by how often.
   */
  private float[] tiled(Latents x, PatchSize kernel, float[] weight, float[] bias) {
    int frames = Math.ceilDiv(x.frames(), kernel.frames());
    int rows = Math.ceilDiv(x.height(), kernel.height());
    int columns = Math.ceilDiv(x.width(), kernel.width());
    int width = model.width();
    double repeats = (double) kernel.volume() / PATCH.volume();
    float[] tokens = new float[frames * rows * columns * width];
    for (int i = 0; i < tokens.length; i++) {
      int token = i / width;
      double sum = 0;
      for (int c = 0; c < CHANNELS; c++) {
        for (int t = 0; t < kernel.frames(); t++) {
          for (int h = 0; h < kernel.height(); h++) {
            for (int w = 0; w < kernel.width(); w++) {
              int cell = h * 2 / kernel.height() * 2 + w * 2 / kernel.width();
              sum +=
                  weight[(i % width * CHANNELS + c) * 4 + cell]
                      / repeats
                      * x.at(
                          c,
                          token / (rows * columns) * kernel.frames() + t,
                          token / columns % rows * kernel.height() + h,
                          token % columns * kernel.width() + w);
            }
          }
        }
      }
      tokens[i] = (float) (sum + bias[i % width]);
    }
    return tokens;
  }

  @ParameterizedTest
  @CsvSource({"8,16,16,5,18,20", "1,4,4,3,10,6", "4,4,4,4,6,6", "3,6,6,4,10,10", "1,16,2,2,20,4"})
  void kernelsWithoutWeightsAreTheFullOneTiledAndDivided(
      int kernelFrames, int kernelHeight, int kernelWidth, int frames, int height, int width) {
    PatchSize kernel = new PatchSize(kernelFrames, kernelHeight, kernelWidth);
    Latents latents = Latents.random(frames, height, width);
    Map<String, float[]> found = history(ContextShape.frames(frames, kernel), latents);
    float[] expected = tiled(latents, kernel, found.get("weight"), found.get("bias"));
    assertThat(GoldenData.relativeL2(found.get(TransformerIo.HISTORY_TOKENS), expected))
        .isLessThan(1e-6);
  }

  @Test
  void kernelsBeyondEightHalveTheLatentsFirst() {
    Latents latents = Latents.random(9, 34, 36);
    Map<String, float[]> found =
        history(ContextShape.frames(9, new PatchSize(16, 32, 32)), latents);
    float[] expected =
        tiled(latents.halved(), new PatchSize(8, 16, 16), found.get("weight"), found.get("bias"));
    assertThat(GoldenData.relativeL2(found.get(TransformerIo.HISTORY_TOKENS), expected))
        .isLessThan(1e-6);
  }

  @Test
  void anAppendedTailIsEveryFramePooledAndEmbeddedForItself() {
    Latents latents = Latents.random(3, 40, 10);
    PatchSize kernel = new PatchSize(8, 16, 16);
    ContextShape part = new ContextShape(ContextShape.Form.APPENDED_TAIL, 3, kernel);
    Map<String, float[]> found = history(part, latents);
    int width = model.width();
    float[] tokens = found.get(TransformerIo.HISTORY_TOKENS);
    assertThat(tokens).hasSize(3 * width);
    for (int frame = 0; frame < 3; frame++) {
      float[] pooled = new float[CHANNELS * 2]; // rows 0-31 and 32-63, one column
      for (int i = 0; i < pooled.length; i++) {
        double sum = 0;
        for (int p = 0; p < 32 * 32; p++) {
          sum += latents.at(i / 2, frame, i % 2 * 32 + p / 32, p % 32);
        }
        pooled[i] = (float) (sum / (32 * 32));
      }
      float[] expected =
          tiled(new Latents(1, 2, 1, pooled), kernel, found.get("weight"), found.get("bias"));
      float[] own = java.util.Arrays.copyOfRange(tokens, frame * width, (frame + 1) * width);
      assertThat(GoldenData.relativeL2(own, expected)).as("frame %d", frame).isLessThan(1e-5);
    }
  }

  @Test
  void aCompressedTailIsOneTokenOfTheMean() {
    Latents latents = Latents.random(5, 6, 4);
    PatchSize kernel = new PatchSize(8, 16, 16);
    ContextShape part = new ContextShape(ContextShape.Form.COMPRESSED_TAIL, 5, kernel);
    Map<String, float[]> found = history(part, latents);
    float[] means = new float[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      double sum = 0;
      for (int p = 0; p < 5 * 6 * 4; p++) {
        sum += latents.values()[c * 5 * 6 * 4 + p];
      }
      means[c] = (float) (sum / (5 * 6 * 4));
    }
    float[] expected =
        tiled(new Latents(1, 1, 1, means), kernel, found.get("weight"), found.get("bias"));
    assertThat(GoldenData.relativeL2(found.get(TransformerIo.HISTORY_TOKENS), expected))
        .isLessThan(1e-5);
  }
}
