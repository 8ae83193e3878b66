package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.LoraMerge;
import dev.framepack.engine.binding.StreamedWeightStore;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.trace.WeightUploadEvent;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.WeightStream;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings the weights of one component after the other to where a placement wants them. */
final class WeightLoader {
  /** Whether files are read. */
  enum Mode {
    READ,
    /** Memory is taken, nothing is read. */
    RESERVE
  }

  private final ModelSet models;
  private final Backend backend;
  private final WeightPlacement placement;
  private final Mode mode;
  private final List<Runnable> closers;
  private final @Nullable WeightStream stream;
  private int nextGroup;

  /**
   * @param closers takes what must be closed in the end, last first
   */
  WeightLoader(
      ModelSet models,
      Backend backend,
      WeightPlacement placement,
      Mode mode,
      List<Runnable> closers) {
    this.models = models;
    this.backend = backend;
    this.placement = placement;
    this.mode = mode;
    this.closers = closers;
    List<Long> groupBytes = placement.groupBytes(models);
    if (groupBytes.isEmpty()) {
      this.stream = null;
    } else {
      WeightStream ring = backend.weightStream("model:ring", groupBytes, placement.ringBytes());
      closers.add(ring::close);
      this.stream = ring;
    }
  }

  /** Loads the weights of the next component. */
  <M> ModelParts.Loaded<M> load(M model, PartWeights part) {
    WeightStore weights =
        mode == Mode.READ
            ? read(part)
            : StreamedWeightStore.reserve(
                part.component().part().folderName(),
                part.used(),
                streamed(part),
                part.types(),
                backend);
    nextGroup += placement.of(part).size();
    closers.add(weights::close);
    return new ModelParts.Loaded<>(model, weights);
  }

  private WeightStore read(PartWeights part) {
    try (ComponentWeights files =
        ComponentWeights.open(
            part.component(),
            models.folders.weights(part.component().part()),
            OpenOptions.MAPPED)) {
      StreamedWeightStore.Streamed streamed = streamed(part);
      LoraMerge loras = models.loras(part.component());
      WeightUploadEvent event = new WeightUploadEvent();
      event.begin();
      WeightStore weights =
          streamed.groups().isEmpty()
              ? CheckpointWeights.load(
                  files, part.used(), part.unused(), part.types(), loras, backend)
              : CheckpointWeights.load(
                  files, part.used(), part.unused(), part.types(), streamed, loras, backend);
      event.end(part.component().part().folderName(), part.byteSize());
      return weights;
    }
  }

  private StreamedWeightStore.Streamed streamed(PartWeights part) {
    return new StreamedWeightStore.Streamed(stream, nextGroup, placement.of(part));
  }
}
