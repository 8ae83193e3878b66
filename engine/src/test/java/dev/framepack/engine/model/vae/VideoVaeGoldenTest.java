package dev.framepack.engine.model.vae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.VaeConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class VideoVaeGoldenTest {
  private static final System.Logger LOG = System.getLogger(VideoVaeGoldenTest.class.getName());
  private static final Path FOLDER = GoldenTensors.ROOT.resolve("vae");
  private static final Map<String, GoldenTensors.Tensor> GOLDEN = GoldenTensors.read("vae");

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void agreesWithTheReference(Backend backend) {
    VideoVae vae = new VideoVae(VaeConfig.read(FOLDER));
    try (backend;
        ArenaWeightStore weights = load(backend, vae);
        VaeCodec whole = new VaeCodec(vae, backend, weights, VaeTiling.windowsOnly());
        VaeCodec tiled = new VaeCodec(vae, backend, weights, goldenTiling())) {
      for (String name : List.of("image", "clip", "long")) {
        GoldenTensors.Tensor pixels = golden(name + ".pixels");
        VaeCodec.Posterior posterior = whole.encode(pixels.floats(), shape(pixels));
        assertThat(posterior.shape()).isEqualTo(shape(golden(name + ".mean")));
        check(backend, name + ".mean", posterior.mean());
        if (GOLDEN.containsKey(name + ".logvar")) {
          check(backend, name + ".logvar", posterior.logVariance());
        }
      }
      check(backend, "decode.pixels", decode(whole, "decode.latents"));
      check(backend, "tiled.pixels", decode(tiled, "tiled.latents"));
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void latentsAreTheScaledMeanOrDraw(Backend backend) {
    VaeConfig config = VaeConfig.read(FOLDER);
    VideoVae vae = new VideoVae(config);
    GoldenTensors.Tensor pixels = golden("image.pixels");
    float[] mean = golden("image.mean").floats();
    float[] logVariance = golden("image.logvar").floats();
    float[] noise = new float[mean.length];
    float[] sample = new float[mean.length];
    float[] scaledMean = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      noise[i] = (float) Math.sin(i);
      scaledMean[i] = (float) (config.scalingFactor() * mean[i]);
      sample[i] =
          (float) (config.scalingFactor() * (mean[i] + Math.exp(logVariance[i] / 2) * noise[i]));
    }
    try (backend;
        ArenaWeightStore weights = load(backend, vae);
        VaeCodec codec = new VaeCodec(vae, backend, weights, VaeTiling.windowsOnly())) {
      assertClose(codec.encodeMean(pixels.floats(), shape(pixels)), scaledMean);
      assertClose(codec.encodeSample(pixels.floats(), shape(pixels), noise), sample);
      float[] latents = golden("decode.latents").floats();
      for (int i = 0; i < latents.length; i++) {
        latents[i] *= (float) config.scalingFactor();
      }
      assertClose(
          codec.decodeScaled(latents, shape(golden("decode.latents"))),
          golden("decode.pixels").floats());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void aReplayGivesTheSameBits(Backend backend) {
    VideoVae vae = new VideoVae(VaeConfig.read(FOLDER));
    try (backend;
        ArenaWeightStore weights = load(backend, vae);
        VaeCodec codec = new VaeCodec(vae, backend, weights, goldenTiling())) {
      float[] first = decode(codec, "tiled.latents");
      assertThat(Arrays.equals(decode(codec, "tiled.latents"), first)).isTrue();
    }
  }

  private static ArenaWeightStore load(Backend backend, VideoVae vae) {
    return CheckpointWeights.load(
        Component.VAE, FOLDER.resolve("model.safetensors"), vae.parameters(), backend);
  }

  private static VaeTiling goldenTiling() {
    long[] p = golden("tiled.params").longs();
    return new VaeTiling(
        true, (int) p[0], (int) p[1], (int) p[2], (int) p[3], (int) p[4], (int) p[5]);
  }

  private static float[] decode(VaeCodec codec, String latents) {
    return codec.decode(golden(latents).floats(), shape(golden(latents)));
  }

  private static void check(Backend backend, String name, float[] actual) {
    double error = GoldenData.relativeL2(actual, golden(name).floats());
    LOG.log(
        System.Logger.Level.INFO,
        () -> "%s vae %s: relative L2 %.1e".formatted(backend.name(), name, error));
    assertThat(error).as(name).isLessThan(GoldenData.TOLERANCE);
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(GoldenData.relativeL2(actual, expected)).isLessThan(GoldenData.TOLERANCE);
  }

  private static GoldenTensors.Tensor golden(String name) {
    return Objects.requireNonNull(GOLDEN.get(name), name);
  }

  private static Shape shape(GoldenTensors.Tensor tensor) {
    return Shape.of(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
  }
}
