package dev.framepack.engine.pipeline;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.image.Planes;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.kernels.tensor.Shape;
import java.util.List;

/**
 * Pictures to latents as the transformer sees them: the posterior's mean, scaled (spec section 5).
 */
public final class ClipEncoder {
  private static final int FRAMES_PER_LATENT = 4;

  private final ModelParts parts;

  public ClipEncoder(ModelParts parts) {
    this.parts = parts;
  }

  /**
   * Encodes a clip.
   *
   * @param frames 4 n + 1 of them, of one size, sides multiples of 16
   * @return {@code [C, n + 1, height / 8, width / 8]}
   * @throws InvalidRequestException {@code CLIP} for frames that are no clip
   */
  public LatentVideo encode(List<Rgb8Image> frames) {
    Rgb8Image first = requireClip(frames);
    Shape shape = Shape.of(1, 3, frames.size(), first.height(), first.width());
    try (VaeCodec codec =
        new VaeCodec(
            parts.vae().model(), parts.backend(), parts.vae().weights(), VaeTiling.windowsOnly())) {
      CompiledGraph encoder = codec.encoder(shape, false);
      HostValues.upload(parts.backend(), Planes.vaePixels(frames), encoder.input(VaeCodec.PIXELS));
      encoder.run();
      return LatentStore.download(parts.backend(), encoder.output(VaeCodec.LATENTS));
    }
  }

  private static Rgb8Image requireClip(List<Rgb8Image> frames) {
    if (frames.size() % FRAMES_PER_LATENT != 1) {
      throw invalid("a clip has 4 n + 1 frames, found " + frames.size());
    }
    Rgb8Image first = frames.getFirst();
    for (Rgb8Image frame : frames) {
      if (frame.width() != first.width() || frame.height() != first.height()) {
        throw invalid(
            "frames of a clip have one size, found %sx%s and %sx%s"
                .formatted(first.width(), first.height(), frame.width(), frame.height()));
      }
    }
    if (first.width() % 16 != 0 || first.height() % 16 != 0) {
      throw invalid(
          "sides of a clip are multiples of 16, found %sx%s"
              .formatted(first.width(), first.height()));
    }
    return first;
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException("CLIP", message, "cut or resize the frames", null);
  }
}
