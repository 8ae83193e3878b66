package dev.framepack.engine.verify;

import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.Component;
import dev.framepack.weights.config.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
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
  public void run(Path folder, Subject subject, Report report) {
    Backend backend = subject.backend();
    GoldenTensors golden = new GoldenTensors(folder);
    VideoVae vae = new VideoVae(VaeConfig.read(folder));
    WeightTypes types = WeightTypes.all(subject.type(Component.VAE));
    try (WeightStore weights =
        CheckpointWeights.load(Component.VAE, folder, vae.parameters(), types, backend)) {
      for (String name : new TreeSet<>(golden.names())) {
        boolean decodes = name.endsWith(LATENTS);
        if (!decodes && !name.endsWith(MEAN)) {
          continue;
        }
        VaeTiling tiling = tiling(golden, name.substring(0, name.lastIndexOf('.')));
        try (VaeCodec codec = new VaeCodec(vae, backend, weights, tiling)) {
          if (decodes) {
            decode(golden, name, codec, subject, report);
          } else {
            encode(golden, name, codec, subject, report);
          }
        }
      }
    }
  }

  private static void encode(
      GoldenTensors golden, String mean, VaeCodec codec, Subject subject, Report report) {
    String key = mean.substring(0, mean.length() - MEAN.length());
    String pixels = key + ".pixels";
    VaeCodec.Posterior posterior = codec.encode(golden.floats(pixels), shape(golden, pixels));
    Graph graph = codec.encoding(shape(golden, pixels));
    report.check(
        mean,
        posterior.mean(),
        golden.floats(mean),
        subject.tolerance(graph, codec.types(), VaeCodec.MEAN));
    String logVariance = key + ".logvar";
    if (golden.has(logVariance)) {
      report.check(
          logVariance,
          posterior.logVariance(),
          golden.floats(logVariance),
          subject.tolerance(graph, codec.types(), VaeCodec.LOG_VARIANCE));
    }
  }

  private static void decode(
      GoldenTensors golden, String latents, VaeCodec codec, Subject subject, Report report) {
    String pixels = latents.substring(0, latents.length() - LATENTS.length()) + ".pixels";
    float[] found = codec.decode(golden.floats(latents), shape(golden, latents));
    report.check(
        pixels,
        found,
        golden.floats(pixels),
        subject.tolerance(codec.decoding(shape(golden, latents)), codec.types(), VaeCodec.PIXELS));
  }

  private static Shape shape(GoldenTensors golden, String name) {
    return Shape.of(
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
