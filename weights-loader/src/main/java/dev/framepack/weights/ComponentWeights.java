package dev.framepack.weights;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * The weights of one component under canonical names (those of the newest reference checkpoints),
 * whatever prefix the files use. Owns and closes them.
 */
public final class ComponentWeights implements TensorSource, AutoCloseable {
  private final Component component;
  private final WeightSet weights;
  private final Map<String, String> storedName;

  private ComponentWeights(Component component, WeightSet weights, Map<String, String> storedName) {
    this.component = component;
    this.weights = weights;
    this.storedName = Collections.unmodifiableMap(storedName);
  }

  /**
   * Opens a component folder, a safetensors file or a shard index.
   *
   * @throws WeightException as {@link WeightSet#open}, and {@code MODEL_NAME_COLLISION}
   */
  public static ComponentWeights open(Component component, Path path, OpenOptions options) {
    WeightSet weights = WeightSet.open(path, options);
    try {
      return new ComponentWeights(
          component,
          weights,
          NamePrefix.storedByCanonical(weights.source(), weights.names(), component.prefixes()));
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  public Component component() {
    return component;
  }

  /** The files behind the names. */
  public WeightSet weights() {
    return weights;
  }

  @Override
  public Set<String> names() {
    return storedName.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return weights.info(stored(name)).withName(name);
  }

  @Override
  public WeightTensor tensor(String name) {
    return weights.tensor(stored(name)).withName(name);
  }

  /** Compares what the files hold with what a model needs; see {@link BindingCheck}. */
  public BindingReport check(Collection<ExpectedTensor> expected) {
    return BindingCheck.check(this, expected, component);
  }

  /**
   * As {@link #check}, but anything wrong is an exception.
   *
   * @throws WeightException {@code MODEL_TENSOR_MISSING}, {@code MODEL_TENSOR_SHAPE}, {@code
   *     MODEL_TENSOR_DTYPE} or {@code MODEL_TENSOR_UNEXPECTED}
   */
  public void require(Collection<ExpectedTensor> expected) {
    check(expected).requireOk(weights.source());
  }

  /**
   * Reads every floating point value.
   *
   * @throws WeightException {@code MODEL_NON_FINITE} at the first tensor with a NaN or infinity
   */
  public void requireFinite() {
    BindingCheck.requireFinite(weights, weights.source());
  }

  @Override
  public void close() {
    weights.close();
  }

  private String stored(String name) {
    String stored = storedName.get(name);
    if (stored == null) {
      throw WeightException.inTensor(
          WeightError.MODEL_TENSOR_MISSING, weights.source(), name, "is not in these weights");
    }
    return stored;
  }
}
