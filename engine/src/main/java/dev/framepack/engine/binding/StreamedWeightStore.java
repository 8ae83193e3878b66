package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Weights of a component of which some groups are streamed: they lie on the host and take turns in
 * the backend's memory; the others are resident. Programs see no difference. Thread-safe.
 */
public final class StreamedWeightStore implements WeightStore {

  /** Groups of one component that a stream holds, numbered in order from {@code firstNumber}. */
  public record Streamed(WeightStream stream, int firstNumber, List<WeightGroup> groups) {
    public Streamed {
      groups = List.copyOf(groups);
    }
  }

  private record Place(int group, long byteOffset, TensorType type) {}

  private record Key(String name, Shape shape) {}

  private final ArenaWeightStore resident;
  private final WeightStream stream;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<Key, Tensor> tensors = new ConcurrentHashMap<>();

  private StreamedWeightStore(ArenaWeightStore resident, WeightStream stream) {
    this.resident = resident;
    this.stream = stream;
  }

  /**
   * Reads the streamed groups to the host and everything else into the backend's memory.
   *
   * @param streamed its stream is not closed with this store
   */
  public static StreamedWeightStore load(
      String component,
      List<Parameter> parameters,
      Streamed streamed,
      WeightTypes types,
      ArenaWeightStore.Source source,
      Backend backend) {
    Set<Parameter> away =
        streamed.groups().stream()
            .flatMap(group -> group.parameters().stream())
            .collect(Collectors.toSet());
    List<Parameter> rest = new ArrayList<>(parameters);
    rest.removeIf(away::contains);
    StreamedWeightStore store =
        new StreamedWeightStore(
            ArenaWeightStore.load(component, rest, types, source, backend), streamed.stream());
    try {
      for (int i = 0; i < streamed.groups().size(); i++) {
        store.read(streamed.groups().get(i), streamed.firstNumber() + i, types, source);
      }
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void read(
      WeightGroup group, int number, WeightTypes types, ArenaWeightStore.Source source) {
    MemorySegment bytes = stream.hostBytes(number);
    long largest =
        group.parameters().stream().mapToLong(p -> p.shape().elementCount()).max().orElse(0);
    try (Arena staging = Arena.ofConfined()) {
      MemorySegment wide = staging.allocate(Math.max(Float.BYTES * largest, 1), 64);
      long offset = 0;
      for (Parameter parameter : group.parameters()) {
        TensorType type = new TensorType(parameter.shape(), types.of(parameter.name()));
        ArenaWeightStore.read(
            parameter, type.dtype(), source, bytes.asSlice(offset, type.byteSize()), wide);
        places.put(parameter.name(), new Place(number, offset, type));
        offset += TensorArena.align(type.byteSize());
      }
    }
  }

  @Override
  public Tensor tensor(String name, Shape shape) {
    Place place = places.get(name);
    return place == null
        ? resident.tensor(name, shape)
        : tensors.computeIfAbsent(
            new Key(name, shape),
            key ->
                stream.view(
                    place.group(), name, place.type().withShape(shape), place.byteOffset()));
  }

  @Override
  public WeightTypes types() {
    return resident.types();
  }

  /** Bytes of the resident weights. */
  @Override
  public long byteSize() {
    return resident.byteSize();
  }

  @Override
  public void close() {
    resident.close();
  }
}
