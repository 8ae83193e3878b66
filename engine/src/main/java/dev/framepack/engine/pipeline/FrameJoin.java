package dev.framepack.engine.pipeline;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins runs of frames along the frame axis of {@code [B, C, T, H, W]}, in the backend's memory.
 */
final class FrameJoin {
  static final int FRAMES = 2;

  /** {@code count} frames of a tensor from {@code start}. */
  record Run(Tensor frames, int start, int count) {
    TensorType type() {
      return frames.type().withShape(frames.shape().with(FRAMES, count));
    }

    boolean isWhole() {
      return count == frames.shape().dim(FRAMES);
    }
  }

  private FrameJoin() {}

  /** {@code target} = the runs one after the other; its frame count is theirs together. */
  static void join(Backend backend, Tensor target, List<Run> runs) {
    if (runs.size() == 1) {
      execute(backend, List.of(slice(runs.getFirst(), target)));
      return;
    }
    long bytes = 0;
    for (Run run : runs) {
      bytes += run.isWhole() ? 0 : TensorArena.align(run.type().byteSize());
    }
    try (TensorArena cuts = backend.arena("frames", bytes)) {
      List<OpCall> program = new ArrayList<>();
      List<Tensor> parts = new ArrayList<>();
      for (Run run : runs) {
        Tensor part = run.isWhole() ? run.frames() : cuts.allocate("cut", run.type());
        parts.add(part);
        if (!run.isWhole()) {
          program.add(slice(run, part));
        }
      }
      program.add(new OpCall(new Concat(FRAMES), parts, target, "frames.join"));
      execute(backend, program);
    }
  }

  private static OpCall slice(Run run, Tensor target) {
    return new OpCall(
        new Slice(FRAMES, run.start(), run.count()), List.of(run.frames()), target, "frames.cut");
  }

  static void execute(Backend backend, List<OpCall> program) {
    try (Executable executable = backend.prepare(program)) {
      executable.run();
    }
  }
}
