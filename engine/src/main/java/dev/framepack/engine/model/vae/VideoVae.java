package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.op.Affine;
import dev.framepack.weights.config.VaeConfig;
import java.util.List;

/**
 * The HunyuanVideo causal video autoencoder over videos of any length: overlapping temporal
 * windows, and spatial tiles when enabled, recorded one after the other into one graph, so that a
 * plan by lifetime holds the activations of a single piece at a time (spec section 5).
 */
public final class VideoVae {
  private final VaeConfig config;
  private final List<Parameter> parameters;
  private final VaeEncoder encoder;
  private final VaeDecoder decoder;

  public VideoVae(VaeConfig config) {
    ParameterScope root = ParameterScope.root();
    this.config = config;
    this.encoder = new VaeEncoder(root, config);
    this.decoder = new VaeDecoder(root, config);
    this.parameters = root.declared();
  }

  public VaeConfig config() {
    return config;
  }

  /** Every weight, named as in the checkpoint. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Records encoding.
   *
   * @param pixels {@code [B, 3, T, H, W]} in -1..1, H and W multiples of the spatial compression
   * @return mean, then log variance along the channels: {@code [B, 2 latentChannels, 1 + (T-1)/4,
   *     H/8, W/8]}, unscaled
   */
  public Value encode(GraphBuilder g, HostConstants constants, VaeTiling tiling, Value pixels) {
    return pixelCutting(new Fade(g, constants), tiling).run(pixels, x -> encoder.record(g, x));
  }

  /**
   * Records decoding.
   *
   * @param latents {@code [B, latentChannels, T, H, W]}, unscaled
   * @return pixels around -1..1: {@code [B, 3, 1 + 4 (T-1), 8 H, 8 W]}
   */
  public Value decode(GraphBuilder g, HostConstants constants, VaeTiling tiling, Value latents) {
    return latentCutting(new Fade(g, constants), tiling).run(latents, z -> decoder.record(g, z));
  }

  /** Latents as the diffusion model knows them: multiplied by the scaling factor. */
  public Value scale(GraphBuilder g, Value latents) {
    return g.op(new Affine((float) config.scalingFactor(), 0), latents);
  }

  /** Undoes {@link #scale}. */
  public Value unscale(GraphBuilder g, Value latents) {
    return g.op(new Affine((float) (1 / config.scalingFactor()), 0), latents);
  }

  private Cutting pixelCutting(Fade fade, VaeTiling t) {
    int time = config.temporalCompressionRatio();
    int space = config.spatialCompressionRatio();
    return new Cutting(
        fade,
        new Cutting.Window(
            t.minFrames(),
            t.strideFrames(),
            t.strideFrames() / time,
            t.minFrames() / time - t.strideFrames() / time,
            time + 1),
        new Cutting.Tile(
            t.spatial(),
            t.minHeight(),
            t.minWidth(),
            t.strideHeight(),
            t.strideWidth(),
            t.strideHeight() / space,
            t.strideWidth() / space,
            t.minHeight() / space - t.strideHeight() / space,
            t.minWidth() / space - t.strideWidth() / space));
  }

  private Cutting latentCutting(Fade fade, VaeTiling t) {
    int time = config.temporalCompressionRatio();
    int space = config.spatialCompressionRatio();
    return new Cutting(
        fade,
        new Cutting.Window(
            t.minFrames() / time,
            t.strideFrames() / time,
            t.strideFrames(),
            t.minFrames() - t.strideFrames(),
            2),
        new Cutting.Tile(
            t.spatial(),
            t.minHeight() / space,
            t.minWidth() / space,
            t.strideHeight() / space,
            t.strideWidth() / space,
            t.strideHeight(),
            t.strideWidth(),
            t.minHeight() - t.strideHeight(),
            t.minWidth() - t.strideWidth()));
  }
}
