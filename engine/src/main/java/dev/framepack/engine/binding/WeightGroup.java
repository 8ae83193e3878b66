package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.TensorArena;
import java.util.List;
import java.util.function.Predicate;

/**
 * Weights of a model that are needed together: what is streamed as one where memory is short.
 *
 * @param everyStep false when a video reads them once, for its prompt, its image or its
 *     conditioning
 */
public record WeightGroup(String name, List<Parameter> parameters, boolean everyStep) {
  public WeightGroup {
    parameters = List.copyOf(parameters);
  }

  /** The parameters below {@code prefix} for which {@code chosen} holds. */
  public static WeightGroup below(
      String prefix, List<Parameter> parameters, boolean everyStep, Predicate<Parameter> chosen) {
    return new WeightGroup(
        prefix,
        parameters.stream()
            .filter(parameter -> parameter.name().startsWith(prefix + "."))
            .filter(chosen)
            .toList(),
        everyStep);
  }

  /** Bytes of the group with every weight aligned. */
  public long byteSize(WeightTypes types) {
    long bytes = 0;
    for (Parameter parameter : parameters) {
      bytes += alignedBytes(parameter, types);
    }
    return bytes;
  }

  static long alignedBytes(Parameter parameter, WeightTypes types) {
    return TensorArena.align(types.stored(parameter).byteSize());
  }
}
