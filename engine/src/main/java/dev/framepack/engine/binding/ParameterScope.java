package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a model declares the weights it needs, under the names of the checkpoint: {@code
 * scope.child("attn").of("to_q.weight", D, D)}. A model is built from its config alone, so what it
 * expects is known before any file is opened.
 */
public final class ParameterScope {
  private final String prefix;
  private final Map<String, Parameter> declared;

  private ParameterScope(String prefix, Map<String, Parameter> declared) {
    this.prefix = prefix;
    this.declared = declared;
  }

  /** The scope of a whole component (transformer, vae, ...). */
  public static ParameterScope root() {
    return new ParameterScope("", new LinkedHashMap<>());
  }

  /** The scope of a part; children share one list of declarations. */
  public ParameterScope child(String part) {
    return new ParameterScope(prefix + part + ".", declared);
  }

  /** Declares one weight; declaring it again with the same shape gives the same parameter. */
  public Parameter of(String name, long... shape) {
    Parameter parameter = new Parameter(prefix + name, Shape.of(shape));
    Parameter earlier = declared.putIfAbsent(parameter.name(), parameter);
    if (earlier != null && !earlier.equals(parameter)) {
      throw new IllegalStateException(
          "ParameterScope: %s declared as %s and as %s"
              .formatted(parameter.name(), earlier.shape(), parameter.shape()));
    }
    return parameter;
  }

  /** Everything declared so far, in order. */
  public List<Parameter> declared() {
    return List.copyOf(declared.values());
  }
}
