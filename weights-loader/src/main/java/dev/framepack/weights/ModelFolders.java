package dev.framepack.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a checkpoint lie: all under one root, or put together from several
 * repositories.
 *
 * @param folders the folder of every part that was found
 * @param files weights of parts that are not those of the part's folder
 */
public record ModelFolders(Map<ModelPart, Path> folders, Map<ModelPart, Path> files) {
  /** Everything but the scheduler, which only the {@code diffusers} profile obeys. */
  public static final Set<ModelPart> REQUIRED =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(ModelPart.SCHEDULER)));

  public ModelFolders {
    folders = Collections.unmodifiableMap(new EnumMap<>(folders));
    files = files.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(files));
  }

  /** All parts under one repository root. */
  public static ModelFolders resolve(Path root) {
    return resolve(root, Map.of(), REQUIRED);
  }

  /**
   * Finds every part. A part named in {@code overrides} comes from there: the path is the part's
   * own folder or a repository that contains it, or a file of weights (safetensors, GGUF), whose
   * configuration lies beside it or in the part's folder below the root. Other parts come from the
   * root, else from a repository some override names (the image encoder's repository also holds the
   * feature extractor).
   *
   * @param root repository root, or null when the overrides name everything
   * @param overrides paths for some of the parts
   * @param required parts that must be found
   * @throws WeightException {@code MODEL_PART_MISSING}, naming all missing parts at once
   */
  public static ModelFolders resolve(
      @Nullable Path root, Map<ModelPart, Path> overrides, Set<ModelPart> required) {
    Map<ModelPart, Path> found = new EnumMap<>(ModelPart.class);
    Map<ModelPart, Path> files = new EnumMap<>(ModelPart.class);
    overrides.forEach((part, path) -> {
      if (Files.isRegularFile(path)) {
        files.put(part, path);
      }
    });
    List<String> missing = new ArrayList<>();
    Set<String> searched = new LinkedHashSet<>();
    for (ModelPart part : ModelPart.values()) {
      List<Path> candidates = candidates(part, root, overrides);
      Optional<Path> folder = candidates.stream().filter(path -> holds(path, part)).findFirst();
      folder.ifPresent(path -> found.put(part, path));
      if (folder.isEmpty() && (required.contains(part) || overrides.containsKey(part))) {
        missing.add(describe(part));
        if (overrides.containsKey(part)) {
          searched.add(MessageText.quote(overrides.get(part).toString(), 60));
        }
      }
    }
    if (!missing.isEmpty()) {
      throw WeightException.in(
          WeightError.MODEL_PART_MISSING,
          root,
          "%s parts not found: %s%s"
              .formatted(
                  missing.size(),
                  String.join(", ", missing),
                  searched.isEmpty() ? "" : " (also not in " + String.join(", ", searched) + ")"));
    }
    return new ModelFolders(found, files);
  }

  private static List<Path> candidates(
      ModelPart part, @Nullable Path root, Map<ModelPart, Path> overrides) {
    Path override = overrides.get(part);
    List<Path> candidates = new ArrayList<>();
    if (override != null && Files.isRegularFile(override)) {
      candidates.add(MappedFiles.folderOf(override));
      if (root != null) {
        candidates.add(root.resolve(part.folderName()));
      }
      return candidates;
    }
    if (override != null) {
      return List.of(override.resolve(part.folderName()), override);
    }
    if (root != null) {
      candidates.add(root.resolve(part.folderName()));
    }
    for (ModelPart other : ModelPart.values()) {
      Path repository = overrides.get(other);
      if (repository != null) {
        candidates.add(repository.resolve(part.folderName()));
      }
    }
    return candidates;
  }

  private static boolean holds(Path folder, ModelPart part) {
    return part.markers().stream().anyMatch(marker -> Files.isRegularFile(folder.resolve(marker)));
  }

  private static String describe(ModelPart part) {
    return part.folderName() + "/" + part.markers().getFirst();
  }

  /** The folder of a part, if it was found. */
  public Optional<Path> find(ModelPart part) {
    return Optional.ofNullable(folders.get(part));
  }

  /**
   * The folder of a part.
   *
   * @throws WeightException {@code MODEL_PART_MISSING}
   */
  public Path folder(ModelPart part) {
    return find(part)
        .orElseThrow(() ->
            WeightException.in(
                WeightError.MODEL_PART_MISSING, null, "1 part not found: " + describe(part)));
  }

  /** Where the weights of a part lie: its folder, or a file. */
  public Path weights(ModelPart part) {
    Path file = files.get(part);
    return file == null ? folder(part) : file;
  }

  public Path transformer() {
    return folder(ModelPart.TRANSFORMER);
  }

  public Path vae() {
    return folder(ModelPart.VAE);
  }

  public Path textEncoder() {
    return folder(ModelPart.TEXT_ENCODER);
  }

  public Path textEncoder2() {
    return folder(ModelPart.TEXT_ENCODER_2);
  }

  public Path imageEncoder() {
    return folder(ModelPart.IMAGE_ENCODER);
  }

  public Path featureExtractor() {
    return folder(ModelPart.FEATURE_EXTRACTOR);
  }

  public Path tokenizer() {
    return folder(ModelPart.TOKENIZER);
  }

  public Path tokenizer2() {
    return folder(ModelPart.TOKENIZER_2);
  }

  /** Absent in checkpoints put together for the {@code framepack} profile. */
  public Optional<Path> scheduler() {
    return find(ModelPart.SCHEDULER);
  }
}
