package dev.framepack.engine.binding;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a component of which some groups are streamed: they lie on the host and take turns in
 * the backend's memory; the others are resident. Programs see no difference. Thread-safe.
 */
public final class StreamedWeightStore implements WeightStore {

  /**
   * Groups of one component that a stream holds, numbered in order from {@code firstNumber}.
   *
   * @param stream null when there are no groups
   */
  public record Streamed(@Nullable WeightStream stream, int firstNumber, List<WeightGroup> groups) {
    public Streamed {
      groups = List.copyOf(groups);
      if (stream == null && !groups.isEmpty()) {
        throw new IllegalArgumentException("StreamedWeightStore: groups without a stream");
      }
    }
  }

  private record Place(int group, long byteOffset, TensorType type) {}

  private record Key(String name, Shape shape) {}

  private final ArenaWeightStore resident;
  private final @Nullable WeightStream stream;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<Key, Tensor> tensors = new ConcurrentHashMap<>();

  private StreamedWeightStore(ArenaWeightStore resident, @Nullable WeightStream stream) {
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
    StreamedWeightStore store =
        new StreamedWeightStore(
            ArenaWeightStore.load(
                component, resident(parameters, streamed), types, source, backend),
            streamed.stream());
    try {
      store.place(streamed, types);
      store.read(streamed, types, source);
      return store;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /** Takes the memory of {@link #load} and reads nothing: for backends that plan. */
  public static StreamedWeightStore reserve(
      String component,
      List<Parameter> parameters,
      Streamed streamed,
      WeightTypes types,
      Backend backend) {
    StreamedWeightStore store =
        new StreamedWeightStore(
            ArenaWeightStore.reserve(component, resident(parameters, streamed), types, backend),
            streamed.stream());
    store.place(streamed, types);
    return store;
  }

  private static List<Parameter> resident(List<Parameter> parameters, Streamed streamed) {
    Set<Parameter> away =
        streamed.groups().stream()
            .flatMap(group -> group.parameters().stream())
            .collect(Collectors.toSet());
    return parameters.stream().filter(parameter -> !away.contains(parameter)).toList();
  }

  private void place(Streamed streamed, WeightTypes types) {
    for (int i = 0; i < streamed.groups().size(); i++) {
      long offset = 0;
      for (Parameter parameter : streamed.groups().get(i).parameters()) {
        TensorType type = types.stored(parameter);
        places.put(parameter.name(), new Place(streamed.firstNumber() + i, offset, type));
        offset += TensorArena.align(type.byteSize());
      }
    }
  }

  private void read(Streamed streamed, WeightTypes types, ArenaWeightStore.Source source) {
    long largest =
        streamed.groups().stream()
            .flatMap(group -> group.parameters().stream())
            .filter(parameter -> types.stored(parameter).dtype() != DType.F32)
            .mapToLong(parameter -> parameter.shape().elementCount())
            .max()
            .orElse(0);
    try (Arena staging = Arena.ofConfined()) {
      MemorySegment wide = staging.allocate(Math.max(Float.BYTES * largest, 1), 64);
      for (WeightGroup group : streamed.groups()) {
        for (Parameter parameter : group.parameters()) {
          Place place = Objects.requireNonNull(places.get(parameter.name()));
          MemorySegment target =
              requireStream()
                  .hostBytes(place.group())
                  .asSlice(place.byteOffset(), place.type().byteSize());
          ArenaWeightStore.read(parameter, types, source, target, wide);
        }
      }
    }
  }

  private WeightStream requireStream() {
    return Objects.requireNonNull(stream, "places exist with a stream only");
  }

  @Override
  public Tensor tensor(String name, Shape shape) {
    Place place = places.get(name);
    return place == null
        ? resident.tensor(name, shape)
        : tensors.computeIfAbsent(
            new Key(name, shape),
            key ->
                requireStream()
                    .view(place.group(), name, place.type().withShape(shape), place.byteOffset()));
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
