package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.weights.BindingReport;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.OpenOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where checkpoint files meet a model: what the model declared is compared with what the files hold
 * before anything is read, then every tensor is converted once from its storage type.
 */
public final class CheckpointWeights {
  private CheckpointWeights() {}

  /**
   * Opens, checks and loads one component.
   *
   * @param path component folder, safetensors file or shard index
   * @param parameters what the model needs
   * @throws dev.framepack.weights.WeightException for files that are malformed or belong to another
   *     model, see {@link #require}
   */
  public static ArenaWeightStore load(
      Component component, Path path, List<Parameter> parameters, Backend backend) {
    try (ComponentWeights weights = ComponentWeights.open(component, path, OpenOptions.MAPPED)) {
      return load(weights, parameters, backend);
    }
  }

  /**
   * Checks and loads a component whose files are open; they may be closed afterwards.
   *
   * @throws dev.framepack.weights.WeightException see {@link #require}; {@code MODEL_CHANGED} when
   *     a file was written to meanwhile
   */
  public static ArenaWeightStore load(
      ComponentWeights weights, List<Parameter> parameters, Backend backend) {
    return load(weights, parameters, List.of(), backend);
  }

  /**
   * As {@link #load(ComponentWeights, List, Backend)}, for a model that leaves a part of its
   * checkpoint unread.
   *
   * @param unused what the files may hold besides; checked where present, never loaded
   */
  public static ArenaWeightStore load(
      ComponentWeights weights,
      List<Parameter> parameters,
      List<Parameter> unused,
      Backend backend) {
    require(weights, withPresent(weights, parameters, unused));
    String component = weights.component().part().folderName();
    ArenaWeightStore store =
        ArenaWeightStore.load(
            component,
            parameters,
            (parameter, target) -> weights.tensor(parameter.name()).copyToF32(target),
            backend);
    try {
      weights.weights().requireUnchanged();
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** What a model needs, and those of {@code unused} that the files hold. */
  public static List<Parameter> withPresent(
      ComponentWeights weights, List<Parameter> parameters, List<Parameter> unused) {
    return Stream.concat(
            parameters.stream(),
            unused.stream().filter(parameter -> weights.names().contains(parameter.name())))
        .toList();
  }

  /** Compares names, shapes and storage types without reading any data. */
  public static BindingReport check(ComponentWeights weights, List<Parameter> parameters) {
    return weights.check(expected(parameters));
  }

  /**
   * As {@link #check}, but anything wrong is an exception.
   *
   * @throws dev.framepack.weights.WeightException {@code MODEL_TENSOR_MISSING}, {@code
   *     MODEL_TENSOR_SHAPE}, {@code MODEL_TENSOR_DTYPE} or {@code MODEL_TENSOR_UNEXPECTED}
   */
  public static void require(ComponentWeights weights, List<Parameter> parameters) {
    weights.require(expected(parameters));
  }

  private static List<ExpectedTensor> expected(List<Parameter> parameters) {
    return parameters.stream()
        .map(parameter -> ExpectedTensor.of(parameter.name(), parameter.shape().dims()))
        .toList();
  }
}
