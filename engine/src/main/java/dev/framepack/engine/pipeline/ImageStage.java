package dev.framepack.engine.pipeline;

import dev.framepack.engine.Profile;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.image.Planes;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.image.SiglipPreprocessor;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.Slice;
import org.jspecify.annotations.Nullable;

/**
 * Start and end image to conditioning: SigLIP's hidden states and the VAE's latent (spec section
 * 6).
 */
final class ImageStage {
  private static final String PIXELS = "pixels";
  private static final String NOISE = "noise";
  private static final String LATENT = "latent";

  private final ModelParts parts;
  private final Profile profile;
  private final VaeTiling tiling;

  ImageStage(ModelParts parts, Profile profile, VaeTiling tiling) {
    this.parts = parts;
    this.profile = profile;
    this.tiling = tiling;
  }

  /**
   * Image tokens. With an end image, profile framepack takes the mean of both; profile diffusers
   * computes it and never uses it.
   *
   * @param start 8-bit image at the size of the video
   */
  ImageConditioning embed(Rgb8Image start, @Nullable Rgb8Image end) {
    float[] embeds = hidden(start); // [I, imageWidth]
    if (end != null && profile == Profile.FRAMEPACK) {
      float[] endEmbeds = hidden(end); // [I, imageWidth]
      for (int i = 0; i < embeds.length; i++) {
        embeds[i] = 0.5f * embeds[i] + 0.5f * endEmbeds[i];
      }
    }
    int tokens = embeds.length / parts.transformer().model().config().imageProjDim();
    return new ImageConditioning(tokens, embeds);
  }

  private float[] hidden(Rgb8Image image) {
    SiglipPreprocessor preprocessor =
        new SiglipPreprocessor(
            parts.preprocessor(),
            profile == Profile.DIFFUSERS
                ? SiglipPreprocessor.BytePath.ROUND_TRIP
                : SiglipPreprocessor.BytePath.AS_IS);
    return parts
        .siglip()
        .model()
        .encode(parts.backend(), parts.siglip().weights(), preprocessor.pixels(image));
  }

  /**
   * The scaled latent of an image, one frame: the posterior's mean for profile framepack, a draw
   * from the video's generator for profile diffusers.
   */
  LatentVideo latent(Rgb8Image image, TorchRandom random) {
    VideoVae vae = parts.vae().model();
    int channels = vae.config().latentChannels();
    int height = image.height() / vae.config().spatialCompressionRatio();
    int width = image.width() / vae.config().spatialCompressionRatio();
    GraphBuilder g = new GraphBuilder("vae.encode");
    HostConstants constants = new HostConstants();
    Value pixels = g.input(PIXELS, 1, 3, 1, image.height(), image.width());
    Value moments = vae.encode(g, constants, tiling, pixels); // [1, 2 C, 1, h, w]
    Value posterior = // [1, C, 1, h, w]
        profile == Profile.FRAMEPACK
            ? g.op(new Slice(1, 0, channels), moments)
            : g.op(new GaussianSample(), moments, g.input(NOISE, 1, channels, 1, height, width));
    g.output(LATENT, vae.scale(g, posterior));
    try (CompiledGraph graph =
        CompiledGraph.compile(g.build(), parts.backend(), parts.vae().weights())) {
      constants.upload(parts.backend(), graph);
      HostValues.upload(parts.backend(), Planes.vaePixels(image), graph.input(PIXELS));
      if (profile == Profile.DIFFUSERS) {
        float[] noise = random.randn((long) channels * height * width);
        HostValues.upload(parts.backend(), noise, graph.input(NOISE));
      }
      graph.run();
      return new LatentVideo(
          channels, 1, height, width, HostValues.download(parts.backend(), graph.output(LATENT)));
    }
  }
}
