package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All weights of a component resident in one arena as F32, converted once while loading.
 * Thread-safe.
 */
public final class ArenaWeightStore implements WeightStore {

  /** Where the F32 values of a parameter come from. */
  @FunctionalInterface
  public interface Source {
    /** Writes the parameter's elements, row-major F32, into a segment of exactly that size. */
    void read(Parameter parameter, MemorySegment target);
  }

  private record Key(String name, Shape shape) {}

  private final TensorArena arena;
  private final Map<Key, Tensor> tensors = new ConcurrentHashMap<>();
  private final Map<String, Tensor> byName = new ConcurrentHashMap<>();

  private ArenaWeightStore(TensorArena arena) {
    this.arena = arena;
  }

  /** Reads every parameter through a host staging buffer into the backend's memory. */
  public static ArenaWeightStore load(
      String component, List<Parameter> parameters, Source source, Backend backend) {
    long totalBytes = 0;
    long largestBytes = 0;
    for (Parameter parameter : parameters) {
      long bytes = new TensorType(parameter.shape(), DType.F32).byteSize();
      totalBytes = Math.addExact(totalBytes, TensorArena.align(bytes));
      largestBytes = Math.max(largestBytes, bytes);
    }
    TensorArena arena = backend.arena("model:" + component, totalBytes);
    ArenaWeightStore store = new ArenaWeightStore(arena);
    try (Arena staging = Arena.ofConfined()) {
      MemorySegment buffer = staging.allocate(Math.max(largestBytes, 1), 64);
      for (Parameter parameter : parameters) {
        Tensor tensor =
            arena.allocate(parameter.name(), new TensorType(parameter.shape(), DType.F32));
        MemorySegment values = buffer.asSlice(0, tensor.byteSize());
        source.read(parameter, values);
        backend.upload(values, tensor);
        store.byName.put(parameter.name(), tensor.asConstant());
      }
      return store;
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Tensor tensor(String name, Shape shape) {
    Tensor stored = byName.get(name);
    if (stored == null) {
      throw new IllegalArgumentException(
          "WeightStore %s: no weight named %s".formatted(arena.purpose(), name));
    }
    return tensors.computeIfAbsent(
        new Key(name, shape), key -> stored.shape().equals(shape) ? stored : stored.reshape(shape));
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
