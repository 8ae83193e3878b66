package dev.framepack.engine.pipeline;

import dev.framepack.engine.Profile;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.image.Planes;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.image.SiglipPreprocessor;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Start and end image to conditioning: SigLIP's hidden states and the VAE's latent (spec section
 * 6).
 */
final class ImageStage {
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
   *
   * @param target {@code [1, C, 1, h, w]}
   */
  void latent(Rgb8Image image, TorchRandom random, Tensor target) {
    Shape pixels = pixels(image);
    try (VaeCodec codec = codec()) {
      boolean sampled = profile == Profile.DIFFUSERS;
      CompiledGraph encoder = codec.encoder(pixels, sampled);
      HostValues.upload(parts.backend(), Planes.vaePixels(image), encoder.input(VaeCodec.PIXELS));
      if (sampled) {
        float[] noise = random.randn(codec.latentShape(pixels).elementCount());
        HostValues.upload(parts.backend(), noise, encoder.input(VaeCodec.NOISE));
      }
      encoder.run();
      FrameJoin.join(
          parts.backend(),
          target,
          List.of(new FrameJoin.Run(encoder.output(VaeCodec.LATENTS), 0, 1)));
    }
  }

  /** {@code [1, C, 1, h, w]} of an image's latent. */
  Shape latentShape(Rgb8Image image) {
    try (VaeCodec codec = codec()) {
      return codec.latentShape(pixels(image));
    }
  }

  /** A codec with this run's tiling; the caller closes it. */
  VaeCodec codec() {
    return new VaeCodec(parts.vae().model(), parts.backend(), parts.vae().weights(), tiling);
  }

  private static Shape pixels(Rgb8Image image) {
    return Shape.of(1, 3, 1, image.height(), image.width());
  }
}
