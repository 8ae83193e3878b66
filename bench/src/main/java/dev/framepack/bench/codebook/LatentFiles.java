package dev.framepack.bench.codebook;

import dev.framepack.engine.ImageException;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Latents and pictures that a user gives. */
final class LatentFiles {
  private LatentFiles() {}

  /**
   * Every tensor {@code [C, T, h, w]} or {@code [1, C, T, h, w]} of a safetensors file.
   *
   * @throws InvalidRequestException for a tensor of another rank
   */
  static List<LatentVideo> read(Path file) {
    List<LatentVideo> clips = new ArrayList<>();
    try (WeightFile weights = WeightFile.open(file)) {
      for (String name : new TreeSet<>(weights.names())) {
        WeightTensor tensor = weights.tensor(name);
        long[] shape = tensor.shape();
        int lead = shape.length - 4;
        if (lead < 0 || lead > 1 || (lead == 1 && shape[0] != 1)) {
          throw new InvalidRequestException(
              "LATENTS",
              "%s: tensor %s must be [C, T, h, w], found %s".formatted(file, name, tensor.info()),
              "give latents alone",
              null);
        }
        clips.add(
            new LatentVideo(
                (int) shape[lead],
                (int) shape[lead + 1],
                (int) shape[lead + 2],
                (int) shape[lead + 3],
                tensor.toFloats()));
      }
    }
    return clips;
  }

  /** The pictures of a folder by name, as many as make a whole clip of 4 n + 1. */
  static List<Rgb8Image> frames(Path folder) {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new ImageException(
          "IMAGE_IO", folder + ": " + e.getMessage(), "name a folder of pictures", e);
    }
    int whole = files.isEmpty() ? 0 : (files.size() - 1) / 4 * 4 + 1;
    return files.subList(0, whole).stream().map(Rgb8Image::read).toList();
  }
}
