package dev.framepack.engine.model.vae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.ModelHarness;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Slice;
import dev.framepack.weights.config.VaeConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class VideoVaeGoldenTest {
  private static final System.Logger LOG = System.getLogger(VideoVaeGoldenTest.class.getName());
  private static final VaeConfig CONFIG = VaeConfig.read(GoldenTensors.ROOT.resolve("vae"));
  private static final Map<String, GoldenTensors.Tensor> GOLDEN = GoldenTensors.read("vae");

  @ParameterizedTest
  @MethodSource("dev.framepack.engine.model.ModelHarness#backends")
  void agreesWithTheReference(Backend backend) {
    VideoVae vae = new VideoVae(CONFIG);
    try (backend;
        ArenaWeightStore weights =
            ModelHarness.weights(
                backend,
                "vae",
                vae.parameters(),
                GoldenTensors.ROOT.resolve("vae/model.safetensors"))) {
      for (String name : List.of("image", "clip")) {
        Map<String, float[]> moments = encode(backend, vae, weights, name);
        check(backend, name + ".mean", moments.get("mean"));
        check(backend, name + ".logvar", moments.get("logvar"));
      }
      check(backend, "long.mean", encode(backend, vae, weights, "long").get("mean"));
      check(
          backend,
          "decode.pixels",
          decode(backend, vae, weights, "decode", VaeTiling.windowsOnly()));
      check(backend, "tiled.pixels", decode(backend, vae, weights, "tiled", goldenTiling()));
    }
  }

  private static VaeTiling goldenTiling() {
    long[] p = golden("tiled.params").longs();
    return new VaeTiling(
        true, (int) p[0], (int) p[1], (int) p[2], (int) p[3], (int) p[4], (int) p[5]);
  }

  private static Map<String, float[]> encode(
      Backend backend, VideoVae vae, ArenaWeightStore weights, String name) {
    GoldenTensors.Tensor pixels = golden(name + ".pixels");
    HostConstants constants = new HostConstants();
    GraphBuilder g = new GraphBuilder("vae.encode");
    Value moments =
        vae.encode(g, constants, VaeTiling.windowsOnly(), g.input("pixels", dims(pixels)));
    int channels = CONFIG.latentChannels();
    g.output("mean", g.op(new Slice(1, 0, channels), moments));
    g.output("logvar", g.op(new Slice(1, channels, channels), moments));
    return ModelHarness.run(
        backend, weights, g.build(), constants, Map.of("pixels", pixels.floats()));
  }

  private static float[] decode(
      Backend backend, VideoVae vae, ArenaWeightStore weights, String name, VaeTiling tiling) {
    GoldenTensors.Tensor latents = golden(name + ".latents");
    HostConstants constants = new HostConstants();
    GraphBuilder g = new GraphBuilder("vae.decode");
    g.output("pixels", vae.decode(g, constants, tiling, g.input("latents", dims(latents))));
    return ModelHarness.run(
            backend, weights, g.build(), constants, Map.of("latents", latents.floats()))
        .get("pixels");
  }

  private static void check(Backend backend, String name, float[] actual) {
    double error = GoldenData.relativeL2(actual, golden(name).floats());
    LOG.log(
        System.Logger.Level.INFO,
        () -> "%s vae %s: relative L2 %.1e".formatted(backend.name(), name, error));
    assertThat(error).as(name).isLessThan(GoldenData.TOLERANCE);
  }

  private static GoldenTensors.Tensor golden(String name) {
    return Objects.requireNonNull(GOLDEN.get(name), name);
  }

  private static long[] dims(GoldenTensors.Tensor tensor) {
    return tensor.shape().stream().mapToLong(Integer::longValue).toArray();
  }
}
