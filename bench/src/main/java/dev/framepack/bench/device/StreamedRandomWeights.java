package dev.framepack.bench.device;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.StreamedWeightStore;
import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The weights that a step reads, as a device of little memory has them: blocks in page-locked host
 * memory, two at a time on the device, the rest resident.
 */
final class StreamedRandomWeights implements WeightStore {
  private final WeightStream stream;
  private final StreamedWeightStore store;

  /**
   * @param groups all of the component's; those of every step are streamed, the others left out
   */
  StreamedRandomWeights(
      String component,
      List<Parameter> parameters,
      List<WeightGroup> groups,
      WeightTypes types,
      GpuBackend backend) {
    List<WeightGroup> blocks = groups.stream().filter(WeightGroup::everyStep).toList();
    Set<Parameter> streamed = parametersOf(groups, true);
    Set<Parameter> leftOut = parametersOf(groups, false);
    List<Parameter> used = parameters.stream().filter(p -> !leftOut.contains(p)).toList();
    List<Long> bytes = blocks.stream().map(group -> group.byteSize(types)).toList();
    long largest = bytes.stream().mapToLong(Long::longValue).max().orElse(0);
    this.stream = backend.weightStream("model:ring", bytes, 2 * largest);
    try {
      this.store =
          StreamedWeightStore.reserve(
              component, used, new StreamedWeightStore.Streamed(stream, 0, blocks), types, backend);
    } catch (RuntimeException | Error e) {
      stream.close();
      throw e;
    }
    try {
      for (Parameter parameter : used) {
        if (!streamed.contains(parameter)) {
          RandomDraw.draw(backend, parameter, store.tensor(parameter.name(), parameter.shape()));
        }
      }
      for (int block = 0; block < blocks.size(); block++) {
        draw(backend, blocks.get(block), block, types);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static Set<Parameter> parametersOf(List<WeightGroup> groups, boolean everyStep) {
    return groups.stream()
        .filter(group -> group.everyStep() == everyStep)
        .flatMap(group -> group.parameters().stream())
        .collect(Collectors.toSet());
  }

  /** Draws a block on the device, laid out as the store has it, and takes it to the host. */
  private void draw(GpuBackend backend, WeightGroup block, int number, WeightTypes types) {
    long bytes = block.byteSize(types);
    try (TensorArena arena = backend.arena("draw", bytes)) {
      for (Parameter parameter : block.parameters()) {
        RandomDraw.draw(
            backend, parameter, arena.allocate(parameter.name(), types.stored(parameter)));
      }
      Tensor whole = arena.view("whole", new TensorType(Shape.of(bytes), DType.U8), 0);
      backend.download(whole, stream.hostBytes(number));
    }
  }

  @Override
  public Tensor tensor(String name, Shape shape) {
    return store.tensor(name, shape);
  }

  @Override
  public WeightTypes types() {
    return store.types();
  }

  /** Bytes of the ring and of what is resident. */
  @Override
  public long byteSize() {
    return stream.capacityBytes() + store.byteSize();
  }

  @Override
  public void close() {
    store.close();
    stream.close();
  }
}
