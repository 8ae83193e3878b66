package dev.framepack.engine.checkpoint;

import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.weights.LoadMode;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The window of a plan as safetensors: {@code latents}, F32, {@code [C, W, h, w]}. */
final class SectionFile {
  private static final String LATENTS = "latents";

  private SectionFile() {}

  /** Name of a plan's file; the first is number 0. */
  static String name(int plan) {
    return String.format(Locale.ROOT, "section-%04d.safetensors", plan + 1);
  }

  static byte[] encode(String job, int plan, LatentVideo window) {
    long[] shape = {window.channels(), window.frames(), window.height(), window.width()};
    return SafetensorsWriter.encode(
        List.of(WeightTensor.ofFloats(LATENTS, shape, window.values())),
        Map.of("job", job, "plan", Integer.toString(plan)));
  }

  static LatentVideo read(Path file) {
    try (WeightFile weights = WeightFile.open(file, LoadMode.READ)) {
      WeightTensor latents = weights.tensor(LATENTS);
      long[] shape = latents.shape();
      if (shape.length != 4 || latents.elementCount() == 0) {
        throw CheckpointErrors.damaged(
            file, "latents: expected [C, W, h, w], found " + Arrays.toString(shape), null);
      }
      return new LatentVideo(
          Math.toIntExact(shape[0]),
          Math.toIntExact(shape[1]),
          Math.toIntExact(shape[2]),
          Math.toIntExact(shape[3]),
          latents.toFloats());
    } catch (WeightException e) {
      throw CheckpointErrors.damaged(file, String.valueOf(e.getMessage()), e);
    }
  }
}
