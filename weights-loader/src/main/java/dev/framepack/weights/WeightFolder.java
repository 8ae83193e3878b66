package dev.framepack.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the weights in a component folder.
 *
 * <p>Precedence when several are present, first one wins and the others are logged: {@code
 * diffusion_pytorch_model.safetensors.index.json}, {@code model.safetensors.index.json}, {@code
 * diffusion_pytorch_model.safetensors}, {@code model.safetensors}. The index comes before the
 * single file because it lists what it needs: a stale one is an error, a stale single file would be
 * silently used. Failing all four, a folder with exactly one index, or one safetensors or GGUF
 * file, uses that.
 */
final class WeightFolder {
  private static final List<String> STANDARD_NAMES =
      List.of(
          "diffusion_pytorch_model" + ShardIndex.SUFFIX,
          "model" + ShardIndex.SUFFIX,
          "diffusion_pytorch_model.safetensors",
          "model.safetensors");
  private static final List<String> PICKLE_SUFFIXES = List.of(".bin", ".pt", ".pth", ".ckpt");
  private static final System.Logger LOG = System.getLogger(WeightFolder.class.getName());

  private WeightFolder() {}

  /** The index, safetensors or GGUF file to open. */
  static Path weightsIn(Path folder) {
    List<String> present = list(folder);
    List<String> standard = STANDARD_NAMES.stream().filter(present::contains).toList();
    if (!standard.isEmpty()) {
      if (standard.size() > 1) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} holds {1}; using {2}",
            MessageText.escape(folder.toString()),
            standard,
            standard.getFirst());
      }
      return folder.resolve(standard.getFirst());
    }
    List<String> indexes = present.stream().filter(n -> n.endsWith(ShardIndex.SUFFIX)).toList();
    List<String> files =
        present.stream().filter(n -> n.endsWith(".safetensors") || n.endsWith(".gguf")).toList();
    List<String> candidates = indexes.isEmpty() ? files : indexes;
    if (candidates.size() == 1) {
      return folder.resolve(candidates.getFirst());
    }
    throw candidates.isEmpty() ? missing(folder, present) : ambiguous(folder, candidates);
  }

  private static WeightException missing(Path folder, List<String> present) {
    String pickle =
        present.stream()
            .filter(name -> PICKLE_SUFFIXES.stream().anyMatch(name::endsWith))
            .findFirst()
            .map(name ->
                "; pickle file " + MessageText.quote(name, 60) + " is never read, convert it")
            .orElse("");
    return WeightException.in(
        WeightError.MODEL_WEIGHTS_MISSING,
        folder,
        "no *.safetensors, *.safetensors.index.json or *.gguf here" + pickle);
  }

  private static WeightException ambiguous(Path folder, List<String> candidates) {
    return WeightException.in(
        WeightError.MODEL_WEIGHTS_AMBIGUOUS,
        folder,
        "%s candidates, for example %s and %s"
            .formatted(
                candidates.size(),
                MessageText.quote(candidates.get(0), 60),
                MessageText.quote(candidates.get(1), 60)));
  }

  static List<String> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw MappedFiles.unreadable(folder, e);
    }
  }
}
