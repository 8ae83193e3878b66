package dev.framepack.weights.lora;

import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.MessageText;
import dev.framepack.weights.NameList;
import dev.framepack.weights.OriginalNames;
import dev.framepack.weights.OriginalNames.Share;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One open LoRA file, wholly checked: its naming is known, every target has both matrices of one
 * rank, every value is finite. {@link #close()} releases it.
 */
public final class LoraFile implements AutoCloseable {
  private static final String WEIGHT_SUFFIX = ".weight";

  private final WeightFile file;
  private final LoraFormat format;
  private final List<LoraTarget> targets;

  private LoraFile(WeightFile file, LoraFormat format, List<LoraTarget> targets) {
    this.file = file;
    this.format = format;
    this.targets = targets;
  }

  /**
   * Opens a file and reads every value once.
   *
   * @throws WeightException {@code LORA_FILE_MISSING}; {@code LORA_UNSUPPORTED} for another kind of
   *     adapter; {@code LORA_FORMAT} for names of no known or of several formats; {@code LORA_PAIR}
   *     for half a pair; {@code LORA_METADATA}; {@code LORA_DTYPE}, {@code LORA_SHAPE}, {@code
   *     LORA_RANK}, {@code LORA_ALPHA}, {@code LORA_NON_FINITE} for a tensor; else as {@link
   *     WeightFile#open(Path)}
   */
  public static LoraFile open(Path path) {
    if (Files.notExists(path)) {
      throw WeightException.in(
          WeightError.LORA_FILE_MISSING, path, "does not exist, expected a LoRA file");
    }
    WeightFile file = WeightFile.open(path);
    try {
      LoraReader reader = new LoraReader(file);
      LoraFormat format = reader.format();
      return new LoraFile(file, format, reader.targets(format));
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  public Path path() {
    return file.path();
  }

  public LoraFormat format() {
    return format;
  }

  /** All targets, in the order of the file. */
  public List<LoraTarget> targets() {
    return targets;
  }

  /** The matrix {@code [r, in]} of one of the {@link #targets()}. */
  public WeightTensor down(LoraTarget target) {
    return file.tensor(target.down().name());
  }

  /** The matrix {@code [out, r]} of one of the {@link #targets()}. */
  public WeightTensor up(LoraTarget target) {
    return file.tensor(target.up().name());
  }

  /**
   * Finds the weights each target changes, by canonical or original names. A target that stands for
   * several weights kept together changes each of them by its rows.
   *
   * @param modelTensors the tensors of the model, by canonical names
   * @return changes by the name of their weight, in the order of {@link #targets()}
   * @throws WeightException {@code LORA_UNMATCHED} when a target has no weight, {@code
   *     LORA_AMBIGUOUS} when it could mean two or two mean one, {@code LORA_SHAPE} when the weights
   *     are not {@code [out, in]} together
   */
  public Map<String, LoraChange> match(Collection<ExpectedTensor> modelTensors) {
    Map<String, List<List<Share>>> weights = weightsByTarget(modelTensors);
    requireAllMatched(weights);
    Map<String, LoraChange> matched = LinkedHashMap.newLinkedHashMap(targets.size());
    for (LoraTarget target : targets) {
      List<List<Share>> candidates = weights.getOrDefault(target.name(), List.of());
      if (candidates.size() > 1) {
        throw WeightException.in(
            WeightError.LORA_AMBIGUOUS,
            path(),
            "target %s stands for %s weights of the model: %s"
                .formatted(
                    MessageText.quote(target.name(), 60),
                    candidates.size(),
                    NameList.of(names(candidates.stream().flatMap(List::stream).toList()))));
      }
      requireShape(target, candidates.getFirst());
      for (Share share : candidates.getFirst()) {
        String weight = share.tensor().name();
        LoraChange other = matched.put(weight, new LoraChange(target, share.firstRow()));
        if (other != null) {
          throw WeightException.in(
              WeightError.LORA_AMBIGUOUS,
              path(),
              "targets %s and %s both change %s"
                  .formatted(
                      MessageText.quote(other.target().name(), 60),
                      MessageText.quote(target.name(), 60),
                      MessageText.quote(weight, 60)));
        }
      }
    }
    return Collections.unmodifiableMap(matched);
  }

  /** What a target of each name would change: one weight, or several kept together. */
  private Map<String, List<List<Share>>> weightsByTarget(Collection<ExpectedTensor> modelTensors) {
    List<ExpectedTensor> all =
        modelTensors.stream().filter(tensor -> tensor.name().endsWith(WEIGHT_SUFFIX)).toList();
    Map<String, List<List<Share>>> weights = new LinkedHashMap<>();
    all.forEach(tensor -> add(weights, tensor.name(), List.of(new Share(tensor, 0))));
    OriginalNames.sharesOf(all).forEach((name, shares) -> add(weights, name, shares));
    return weights;
  }

  private void add(Map<String, List<List<Share>>> weights, String name, List<Share> shares) {
    String module = name.substring(0, name.length() - WEIGHT_SUFFIX.length());
    weights.computeIfAbsent(format.targetName(module), key -> new ArrayList<>()).add(shares);
  }

  private static List<String> names(List<Share> shares) {
    return shares.stream().map(share -> share.tensor().name()).toList();
  }

  private void requireAllMatched(Map<String, List<List<Share>>> weights) {
    List<String> unmatched =
        targets.stream().map(LoraTarget::name).filter(name -> !weights.containsKey(name)).toList();
    if (unmatched.isEmpty()) {
      return;
    }
    long matchedKeys =
        file.names().stream()
            .map(format::parse)
            .filter(key -> key != null && weights.containsKey(key.target()))
            .count();
    throw WeightException.in(
        WeightError.LORA_UNMATCHED,
        path(),
        "%s of %s keys matched, expected all; %s of %s targets are no weight of the model: %s"
            .formatted(
                matchedKeys,
                file.names().size(),
                unmatched.size(),
                targets.size(),
                NameList.of(unmatched)));
  }

  private void requireShape(LoraTarget target, List<Share> weights) {
    long[] found = {target.up().shape()[0], target.down().shape()[1]};
    long[] expected = weights.getFirst().tensor().shape();
    for (Share other : weights.subList(1, weights.size())) {
      expected[0] += other.tensor().shape()[0];
    }
    if (!Arrays.equals(found, expected)) {
      throw WeightException.in(
          WeightError.LORA_SHAPE,
          path(),
          "target %s changes a weight of %s, expected %s as the model has in %s"
              .formatted(
                  MessageText.quote(target.name(), 60),
                  Arrays.toString(found),
                  Arrays.toString(expected),
                  NameList.of(names(weights))));
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
