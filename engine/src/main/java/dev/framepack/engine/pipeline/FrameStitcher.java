package dev.framepack.engine.pipeline;

import dev.framepack.engine.NumericException;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.packing.DecodeWindow;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionSchedule.Direction;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins decoded sections into one video, fading over {@code 4 W - 3} frames from the earlier to the
 * later one (spec section 4, "append"), and lets every frame go as soon as nothing can change it
 * any more: only the seam is kept. All of it in the backend's memory.
 */
public final class FrameStitcher implements AutoCloseable {

  /** Takes finished frames, each exactly once, in any order. */
  @FunctionalInterface
  public interface FrameConsumer {
    /**
     * @param start frame of the finished video that comes first
     * @param frames {@code [1, 3, n, H, W]}, around -1..1, in the backend's memory; valid during
     *     the call only
     */
    void accept(int start, Tensor frames);
  }

  private final Backend backend;
  private final Direction direction;
  private final int seamFrames;
  private final FrameConsumer consumer;
  private final TensorArena arena;
  private final Tensor seamMemory;
  private final Tensor blended;
  private final Tensor weights;
  private final Tensor finite;
  private @Nullable Tensor seam;
  private int seamStart;

  /**
   * @param outputFrames frames of the finished video
   * @param frame {@code [1, 3, 1, H, W]}
   */
  public FrameStitcher(
      Backend backend,
      Direction direction,
      int latentWindow,
      int outputFrames,
      Shape frame,
      FrameConsumer consumer) {
    this.backend = backend;
    this.direction = direction;
    this.seamFrames = SectionCount.framesOf(latentWindow);
    this.consumer = consumer;
    this.seamStart = direction == Direction.LAST_TO_FIRST ? outputFrames : 0;
    TensorType frames = TensorType.f32(frame.with(FrameJoin.FRAMES, seamFrames).dims());
    TensorType weight = TensorType.f32(seamFrames);
    TensorType scalar = TensorType.f32(1);
    this.arena =
        backend.arena(
            "seam",
            2 * TensorArena.align(frames.byteSize())
                + TensorArena.align(weight.byteSize())
                + TensorArena.align(scalar.byteSize()));
    try {
      this.seamMemory = arena.allocate("seam", frames);
      this.blended = arena.allocate("blended", frames);
      this.weights = arena.allocate("weights", weight);
      this.finite = arena.allocate("finite", scalar);
      HostValues.upload(backend, earlierWeights(), weights);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** From 1 to 0, both ends included; a seam of one frame belongs to the earlier section. */
  private float[] earlierWeights() {
    float[] values = new float[seamFrames];
    for (int i = 0; i < seamFrames; i++) {
      values[i] = seamFrames == 1 ? 1 : 1 - (float) i / (seamFrames - 1);
    }
    return values;
  }

  /**
   * Takes the next decoded section.
   *
   * @param pixels {@code [1, 3, T, H, W]}; T is at least twice the seam from the second section on
   */
  public void append(DecodeWindow window, Tensor pixels) {
    int frames = pixels.shape().size(FrameJoin.FRAMES);
    int kept = window.isLast() ? 0 : seamFrames;
    int faded = seam == null ? 0 : seamFrames;
    if (direction == Direction.LAST_TO_FIRST) {
      int start = seamStart - (frames - faded);
      emit(start + kept, pixels, kept, frames - faded - kept);
      if (seam != null) {
        fade(pixels, frames - faded);
        emit(start + frames - faded, blended, 0, faded);
      }
      keep(pixels, 0, kept);
      seamStart = start;
    } else {
      if (seam != null) {
        fade(pixels, 0);
        emit(seamStart, blended, 0, faded);
      }
      emit(seamStart + faded, pixels, faded, frames - faded - kept);
      keep(pixels, frames - kept, kept);
      seamStart += frames - kept;
    }
  }

  /** Blends the seam with the frames of this section that show the same moments. */
  private void fade(Tensor pixels, int from) {
    try (TensorArena cut = backend.arena("seam cut", blended.byteSize())) {
      Tensor overlap = cut.allocate("overlap", blended.type()); // [1, 3, seam, H, W]
      FrameJoin.join(backend, overlap, List.of(new FrameJoin.Run(pixels, from, seamFrames)));
      List<Tensor> operands =
          direction == Direction.LAST_TO_FIRST
              ? List.of(overlap, seamMemory, weights)
              : List.of(seamMemory, overlap, weights);
      FrameJoin.execute(
          backend, List.of(new OpCall(new Crossfade(FrameJoin.FRAMES), operands, blended, "seam")));
    }
  }

  private void keep(Tensor pixels, int from, int count) {
    if (count == 0) {
      seam = null;
      return;
    }
    FrameJoin.join(backend, seamMemory, List.of(new FrameJoin.Run(pixels, from, count)));
    seam = seamMemory;
  }

  private void emit(int start, Tensor source, int from, int count) {
    if (count == 0) {
      return;
    }
    FrameJoin.Run run = new FrameJoin.Run(source, from, count);
    if (run.isWhole()) {
      hand(start, source);
      return;
    }
    try (TensorArena cut = backend.arena("finished frames", run.type().byteSize())) {
      Tensor frames = cut.allocate("frames", run.type()); // [1, 3, count, H, W]
      FrameJoin.join(backend, frames, List.of(run));
      hand(start, frames);
    }
  }

  /** Frames that are no numbers would be black ones. */
  private void hand(int start, Tensor frames) {
    if (!FiniteCheck.isFinite(backend, frames, finite)) {
      throw new NumericException(
          "NUMERIC_NON_FINITE",
          "frames %s to %s hold NaN or infinity"
              .formatted(start, start + frames.shape().size(FrameJoin.FRAMES) - 1),
          "compute in bfloat16 or float32 where it was float16, check the weights with inspect, or"
              + " change seed, guidance or cfg",
          null);
    }
    consumer.accept(start, frames);
  }

  @Override
  public void close() {
    arena.close();
  }
}
