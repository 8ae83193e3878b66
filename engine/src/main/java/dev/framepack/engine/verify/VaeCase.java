package dev.framepack.engine.verify;

import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Slice;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/**
 * The autoencoder: {@code K.pixels} to {@code K.mean} and {@code K.logvar}, {@code K.latents} to
 * {@code K.pixels}.
 */
final class VaeCase implements GoldenCase {
  private static final String LATENTS = ".latents";
  private static final String MEAN = ".mean";
  private static final String PARAMETERS = ".params";

  @Override
  public boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve("config.json"))
        && Contents.of(folder).stream()
            .anyMatch(name -> name.endsWith(MEAN) || name.endsWith(LATENTS));
  }

  @Override
  public void run(Path folder, Backend backend, Report report) {
    GoldenTensors golden = new GoldenTensors(folder);
    VideoVae vae = new VideoVae(VaeConfig.read(folder));
    try (WeightStore weights =
        CheckpointWeights.load(Component.VAE, folder, vae.parameters(), backend)) {
      for (String name : new TreeSet<>(golden.names())) {
        if (name.endsWith(LATENTS)) {
          decode(golden, name, vae, backend, weights, report);
        } else if (name.endsWith(MEAN)) {
          encode(golden, name, vae, backend, weights, report);
        }
      }
    }
  }

  private static void encode(
      GoldenTensors golden,
      String mean,
      VideoVae vae,
      Backend backend,
      WeightStore weights,
      Report report) {
    String key = mean.substring(0, mean.length() - MEAN.length());
    String pixels = key + ".pixels";
    int channels = vae.config().latentChannels();
    GraphBuilder g = new GraphBuilder("vae.encode");
    HostConstants constants = new HostConstants();
    Value moments = // [B, 2 C, t, h, w]
        vae.encode(g, constants, tiling(golden, key), input(g, golden, pixels));
    g.output(mean, g.op(new Slice(1, 0, channels), moments));
    g.output(key + ".logvar", g.op(new Slice(1, channels, channels), moments));
    GraphRun.once(g.build(), backend, weights, constants, Map.of("x", golden.floats(pixels)))
        .forEach((name, found) -> {
          if (golden.has(name)) {
            report.check(name, found, golden.floats(name), MODULE_TOLERANCE);
          }
        });
  }

  private static void decode(
      GoldenTensors golden,
      String latents,
      VideoVae vae,
      Backend backend,
      WeightStore weights,
      Report report) {
    String key = latents.substring(0, latents.length() - LATENTS.length());
    String pixels = key + ".pixels";
    GraphBuilder g = new GraphBuilder("vae.decode");
    HostConstants constants = new HostConstants();
    g.output(pixels, vae.decode(g, constants, tiling(golden, key), input(g, golden, latents)));
    float[] found =
        GraphRun.once(g.build(), backend, weights, constants, Map.of("x", golden.floats(latents)))
            .get(pixels);
    report.check(
        pixels, found == null ? new float[0] : found, golden.floats(pixels), MODULE_TOLERANCE);
  }

  private static Value input(GraphBuilder g, GoldenTensors golden, String name) {
    return g.input(
        "x",
        golden.size(name, 0),
        golden.size(name, 1),
        golden.size(name, 2),
        golden.size(name, 3),
        golden.size(name, 4));
  }

  /** min height, min width, min frames, stride height, stride width, stride frames. */
  private static VaeTiling tiling(GoldenTensors golden, String key) {
    if (!golden.has(key + PARAMETERS)) {
      return VaeTiling.windowsOnly();
    }
    int[] p = golden.ints(key + PARAMETERS);
    return new VaeTiling(true, p[0], p[1], p[2], p[3], p[4], p[5]);
  }
}
