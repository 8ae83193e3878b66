package dev.framepack.bench.device;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Weights of a component drawn on the device, so that 25 GB of them cost no time. */
final class DeviceRandomWeights implements WeightStore {
  private record Key(String name, Shape shape) {}

  private final TensorArena arena;
  private final WeightTypes types;
  private final Map<String, Tensor> byName = new HashMap<>();
  private final Map<Key, Tensor> views = new HashMap<>();

  DeviceRandomWeights(
      String component, List<Parameter> parameters, WeightTypes types, GpuBackend backend) {
    this.types = types;
    long bytes = 0;
    for (Parameter parameter : parameters) {
      bytes = Math.addExact(bytes, TensorArena.align(type(parameter).byteSize()));
    }
    this.arena = backend.arena("model:" + component, bytes);
    for (Parameter parameter : parameters) {
      Tensor tensor = arena.allocate(parameter.name(), type(parameter));
      RandomDraw.draw(backend, parameter, tensor);
      byName.put(parameter.name(), tensor.asConstant());
    }
  }

  private TensorType type(Parameter parameter) {
    return new TensorType(parameter.shape(), types.of(parameter.name()));
  }

  @Override
  public synchronized Tensor tensor(String name, Shape shape) {
    Tensor stored = byName.get(name);
    if (stored == null) {
      throw new IllegalArgumentException("DeviceRandomWeights: no weight named " + name);
    }
    return views.computeIfAbsent(
        new Key(name, shape), key -> stored.shape().equals(shape) ? stored : stored.reshape(shape));
  }

  @Override
  public WeightTypes types() {
    return types;
  }

  @Override
  public long byteSize() {
    return arena.capacityBytes();
  }

  @Override
  public void close() {
    arena.close();
  }
}
