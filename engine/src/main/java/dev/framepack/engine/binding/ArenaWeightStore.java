package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All weights of a component resident in one arena, each converted once while loading to the type
 * it is kept in. Thread-safe.
 */
public final class ArenaWeightStore implements WeightStore {

  /** Where the values of a parameter come from. */
  @FunctionalInterface
  public interface Source {
    /** Writes the parameter's elements, row-major F32, into a segment of exactly that size. */
    void read(Parameter parameter, MemorySegment target);

    /**
     * Writes the elements as they are if they are stored in this type.
     *
     * @param target of exactly that size
     * @return false when they are stored in another type; then nothing was written
     */
    default boolean readStored(Parameter parameter, DType dtype, MemorySegment target) {
      return false;
    }

    /** {@link #readStored} for a quantised format. */
    default boolean readQuantised(Parameter parameter, QuantFormat format, MemorySegment target) {
      return false;
    }
  }

  private record Key(String name, Shape shape) {}

  private final TensorArena arena;
  private final WeightTypes types;
  private final Map<Key, Tensor> tensors = new ConcurrentHashMap<>();
  private final Map<String, Tensor> byName = new ConcurrentHashMap<>();

  private ArenaWeightStore(TensorArena arena, WeightTypes types) {
    this.arena = arena;
    this.types = types;
  }

  /** As {@link #load(String, List, WeightTypes, Source, Backend)}, everything F32. */
  public static ArenaWeightStore load(
      String component, List<Parameter> parameters, Source source, Backend backend) {
    return load(component, parameters, WeightTypes.FLOAT32, source, backend);
  }

  /** Reads every parameter through host staging buffers into the backend's memory. */
  public static ArenaWeightStore load(
      String component,
      List<Parameter> parameters,
      WeightTypes types,
      Source source,
      Backend backend) {
    TensorArena arena = backend.arena("model:" + component, byteSize(parameters, types));
    ArenaWeightStore store = new ArenaWeightStore(arena, types);
    long largest = parameters.stream().mapToLong(p -> p.shape().elementCount()).max().orElse(0);
    try (Arena staging = Arena.ofConfined()) {
      MemorySegment stored = staging.allocate(Math.max(Float.BYTES * largest, 1), 64);
      MemorySegment wide =
          types.equals(WeightTypes.FLOAT32) ? stored : staging.allocate(stored.byteSize(), 64);
      for (Parameter parameter : parameters) {
        Tensor tensor = arena.allocate(parameter.name(), types.stored(parameter));
        MemorySegment values = stored.asSlice(0, tensor.byteSize());
        read(parameter, types, source, values, wide);
        backend.upload(values, tensor);
        store.byName.put(parameter.name(), tensor.asConstant());
      }
      return store;
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Takes the memory of {@link #load} and reads nothing: for backends that plan. */
  static ArenaWeightStore reserve(
      String component, List<Parameter> parameters, WeightTypes types, Backend backend) {
    TensorArena arena = backend.arena("model:" + component, byteSize(parameters, types));
    ArenaWeightStore store = new ArenaWeightStore(arena, types);
    for (Parameter parameter : parameters) {
      store.byName.put(
          parameter.name(), arena.allocate(parameter.name(), types.stored(parameter)).asConstant());
    }
    return store;
  }

  /** Writes a parameter as it is kept; {@code wide} is staging for its F32 values. */
  static void read(
      Parameter parameter,
      WeightTypes types,
      Source source,
      MemorySegment target,
      MemorySegment wide) {
    QuantFormat format = types.format(parameter.name());
    if (format != null) {
      if (!source.readQuantised(parameter, format, target)) {
        MemorySegment values = wide.asSlice(0, Float.BYTES * parameter.shape().elementCount());
        source.read(parameter, values);
        Quantisation.quantise(parameter, values, format, target);
      }
      return;
    }
    DType dtype = types.of(parameter.name());
    if (source.readStored(parameter, dtype, target)) {
      return;
    }
    if (dtype == DType.F32) {
      source.read(parameter, target);
      return;
    }
    MemorySegment values = wide.asSlice(0, Float.BYTES * parameter.shape().elementCount());
    source.read(parameter, values);
    HalfValues.round(values, dtype, target);
  }

  /** Bytes the arena of these weights takes. */
  public static long byteSize(Collection<Parameter> parameters, WeightTypes types) {
    long bytes = 0;
    for (Parameter parameter : parameters) {
      bytes = Math.addExact(bytes, TensorArena.align(types.stored(parameter).byteSize()));
    }
    return bytes;
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
