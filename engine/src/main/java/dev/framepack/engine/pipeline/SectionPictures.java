package dev.framepack.engine.pipeline;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that are no frames of the video, as image encoder and autoencoder see them, each once:
 * images in the start image's place for some sections, or the control images of one frame.
 *
 * @param tokens of every picture that a section has, by its number
 * @param ofSections for each section in order of time the number of its picture, or -1
 */
@SuppressWarnings("ArrayRecordComponent") // made once, compared nowhere
record SectionPictures(Map<Integer, ImageConditioning> tokens, int[] ofSections) {

  /**
   * Encodes pictures.
   *
   * @param fitted at the size of the video
   * @param end the end image, or null
   * @param latents takes their latents
   */
  static SectionPictures encode(
      ImageStage images,
      List<Rgb8Image> fitted,
      @Nullable Rgb8Image end,
      TorchRandom random,
      LatentStore latents,
      ModelParts parts,
      int[] ofSections) {
    Map<Integer, ImageConditioning> tokens = new HashMap<>();
    if (fitted.isEmpty()) {
      return new SectionPictures(tokens, ofSections);
    }
    TensorType frame = latents.start().type(); // [1, C, 1, h, w]
    try (TensorArena arena =
        parts.backend().arena("pictures", fitted.size() * TensorArena.align(frame.byteSize()))) {
      List<Tensor> frames = new ArrayList<>();
      for (Rgb8Image image : fitted) {
        Tensor latent = arena.allocate("picture", frame);
        images.latent(image, random, latent);
        frames.add(latent);
        int number = frames.size() - 1;
        if (Arrays.stream(ofSections).anyMatch(picture -> picture == number)) {
          tokens.put(number, images.embed(image, end));
        }
      }
      latents.setPictures(frames);
    }
    return new SectionPictures(tokens, ofSections);
  }

  /** Number of the picture a plan has, or -1 for the start image. */
  int of(SectionPlan plan) {
    return ofSections[plan.sectionInTime()];
  }
}
