package dev.framepack.bench.device;

import dev.framepack.bench.PeerSize;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.config.VaeConfig;

/** The video autoencoder's two directions, whole frames, with random weights made on the device. */
public final class VaeBench {

  /**
   * What is coded.
   *
   * @param latentFrames decoded at once; a middle section decodes {@value PeerSize#DECODED_LATENTS}
   */
  public record Size(
      String name, VaeConfig config, int latentFrames, int latentHeight, int latentWidth) {

    /** A model in the range of the built-in one. */
    public static Size small() {
      return new Size("small", PeerSize.TINY.vae(), 2, 8, 8);
    }

    /** The published model at 640x608. */
    public static Size full() {
      return new Size("full", VaeConfig.published(), PeerSize.DECODED_LATENTS, 76, 80);
    }
  }

  /** Which way. */
  public enum Direction {
    /** One picture. */
    ENCODE,
    DECODE
  }

  private VaeBench() {}

  /**
   * Times one direction of a size.
   *
   * @throws IllegalStateException when what comes out is not finite
   */
  public static GraphTiming run(
      GpuBackend backend, Size size, DType compute, Direction direction, int runs) {
    VideoVae vae = new VideoVae(size.config());
    try (WeightStore weights =
            new DeviceRandomWeights("vae", vae.parameters(), WeightTypes.all(compute), backend);
        VaeCodec codec = new VaeCodec(vae, backend, weights, VaeTiling.windowsOnly())) {
      Shape latents = // [1, C, T, h, w]
          Shape.of(
              1,
              size.config().latentChannels(),
              direction == Direction.ENCODE ? 1 : size.latentFrames(),
              size.latentHeight(),
              size.latentWidth());
      CompiledGraph graph =
          switch (direction) {
            case ENCODE -> codec.encoder(codec.pixelShape(latents), false);
            case DECODE -> codec.decoder(latents);
          };
      String input = direction == Direction.ENCODE ? VaeCodec.PIXELS : VaeCodec.LATENTS;
      backend.fillNormal(graph.input(input), 1, 1f);
      return GraphTiming.of(graph, weights, backend, runs);
    }
  }
}
