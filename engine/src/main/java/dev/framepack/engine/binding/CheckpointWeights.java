package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.BindingCheck;
import dev.framepack.weights.BindingReport;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.LoadMode;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.OriginalWeights;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.TensorSource;
import dev.framepack.weights.WeightSet;
import dev.framepack.weights.WeightTensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Where checkpoint files meet a model: what the model declared is compared with what the files hold
 * before anything is read, then every tensor is converted once from its storage type.
 */
public final class CheckpointWeights {
  private CheckpointWeights() {}

  /**
   * Opens, checks and loads one component in F32.
   *
   * @param path component folder, safetensors file or shard index
   * @param parameters what the model needs
   * @throws dev.framepack.weights.WeightException for files that are malformed or belong to another
   *     model, see {@link #require}
   */
  public static ArenaWeightStore load(
      Component component, Path path, List<Parameter> parameters, Backend backend) {
    return load(component, path, parameters, WeightTypes.FLOAT32, backend);
  }

  /** As {@link #load(Component, Path, List, Backend)}, in other types. */
  public static ArenaWeightStore load(
      Component component,
      Path path,
      List<Parameter> parameters,
      WeightTypes types,
      Backend backend) {
    try (ComponentWeights weights = ComponentWeights.open(component, path, OpenOptions.MAPPED)) {
      return load(weights, parameters, List.of(), types, LoraMerge.NONE, backend);
    }
  }

  /**
   * Checks and loads a component whose files are open; they may be closed afterwards.
   *
   * @param unused what the files may hold besides; checked where present, never loaded
   * @param loras what changes the weights on the way
   * @throws dev.framepack.weights.WeightException see {@link #require}; {@code MODEL_CHANGED} when
   *     a file was written to meanwhile
   */
  public static ArenaWeightStore load(
      ComponentWeights weights,
      List<Parameter> parameters,
      List<Parameter> unused,
      WeightTypes types,
      LoraMerge loras,
      Backend backend) {
    return load(
        weights,
        withPresent(weights, parameters, unused),
        loras,
        (component, source) ->
            ArenaWeightStore.load(component, parameters, types, source, backend));
  }

  /**
   * As {@link #load(ComponentWeights, List, List, WeightTypes, LoraMerge, Backend)}, some groups
   * streamed.
   */
  public static StreamedWeightStore load(
      ComponentWeights weights,
      List<Parameter> parameters,
      List<Parameter> unused,
      WeightTypes types,
      StreamedWeightStore.Streamed streamed,
      LoraMerge loras,
      Backend backend) {
    return load(
        weights,
        withPresent(weights, parameters, unused),
        loras,
        (component, source) ->
            StreamedWeightStore.load(component, parameters, streamed, types, source, backend));
  }

  private static <S extends WeightStore> S load(
      ComponentWeights weights,
      List<Parameter> expected,
      LoraMerge loras,
      BiFunction<String, ArenaWeightStore.Source, S> loader) {
    require(weights, expected);
    S store =
        loader.apply(
            weights.component().part().folderName(),
            loras.over(new Files(canonical(weights, expected))));
    try {
      weights.weights().requireUnchanged();
      return store;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /** The values of open files. */
  private record Files(TensorSource weights) implements ArenaWeightStore.Source {
    @Override
    public void read(Parameter parameter, MemorySegment target) {
      weights.tensor(parameter.name()).copyToF32(target);
    }

    @Override
    public boolean readStored(Parameter parameter, DType dtype, MemorySegment target) {
      WeightTensor tensor = weights.tensor(parameter.name());
      if (!tensor.type().name().equals(dtype.name())) {
        return false;
      }
      tensor.copyStored(target);
      return true;
    }

    @Override
    public boolean readQuantised(Parameter parameter, QuantFormat format, MemorySegment target) {
      WeightTensor tensor = weights.tensor(parameter.name());
      if (!tensor.type().name().equals(format.name())) {
        return false;
      }
      tensor.copyStored(target);
      return true;
    }
  }

  /** The files under canonical names, whichever of the two namings they have. */
  private static TensorSource canonical(ComponentWeights weights, List<Parameter> parameters) {
    return OriginalWeights.over(weights, expected(parameters));
  }

  /**
   * The matrices that a GGUF file holds in a format that can stay in memory. Nothing is read but
   * the header, and nothing at all of other files.
   *
   * @param path component folder or file
   * @param types names what stays F32
   * @return formats by name
   */
  public static Map<String, QuantFormat> quantisedIn(
      Component component, Path path, List<Parameter> parameters, WeightTypes types) {
    if (!WeightSet.isGguf(path)) {
      return Map.of();
    }
    Map<String, QuantFormat> formats = new HashMap<>();
    try (ComponentWeights weights =
        ComponentWeights.open(component, path, new OpenOptions(LoadMode.HEADER_ONLY, false))) {
      TensorSource files = canonical(weights, parameters);
      for (Parameter parameter : parameters) {
        if (parameter.shape().rank() == 2
            && !types.float32().contains(parameter.name())
            && files.names().contains(parameter.name())) {
          TensorInfo info = files.info(parameter.name());
          if (info.type().isQuantised() && Arrays.equals(info.shape(), parameter.shape().dims())) {
            formats.put(parameter.name(), QuantFormat.valueOf(info.type().name()));
          }
        }
      }
    }
    return formats;
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
    return BindingCheck.check(
        canonical(weights, parameters), expected(parameters), weights.component());
  }

  /**
   * As {@link #check}, but anything wrong is an exception.
   *
   * @throws dev.framepack.weights.WeightException {@code MODEL_TENSOR_MISSING}, {@code
   *     MODEL_TENSOR_SHAPE}, {@code MODEL_TENSOR_DTYPE} or {@code MODEL_TENSOR_UNEXPECTED}
   */
  public static void require(ComponentWeights weights, List<Parameter> parameters) {
    check(weights, parameters).requireOk(weights.weights().source());
  }

  private static List<ExpectedTensor> expected(List<Parameter> parameters) {
    return parameters.stream()
        .map(parameter -> ExpectedTensor.of(parameter.name(), parameter.shape().dims()))
        .toList();
  }
}
