package dev.framepack.bench.device;

import dev.framepack.bench.PeerSize;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.weights.config.TransformerConfig;

/**
 * One evaluation of the transformer with packed history, at any size, with random weights made on
 * the device.
 */
public final class StepBench {

  /**
   * What is evaluated.
   *
   * @param latentFrames being denoised
   * @param imageTokens of the image encoder
   * @param textTokens of the prompt
   */
  public record Size(
      String name,
      TransformerConfig config,
      int latentFrames,
      int latentHeight,
      int latentWidth,
      int imageTokens,
      int textTokens) {

    /** A model in the range of the built-in one. */
    public static Size small() {
      return new Size("small", PeerSize.TINY.transformer(), 9, 8, 8, 16, 64);
    }

    /** The published model at 640x608 with a full history. */
    public static Size full() {
      return new Size("full", TransformerConfig.published(), 9, 76, 80, 729, 64);
    }
  }

  /** Where the weights are. */
  public enum Placement {
    RESIDENT,
    /** Blocks on the host, two at a time on the device. */
    STREAMED
  }

  private StepBench() {}

  /**
   * Times the step of a size.
   *
   * @throws IllegalStateException when the velocity is not finite
   */
  public static GraphTiming run(
      GpuBackend backend, Size size, DType compute, Placement placement, int runs) {
    PackedTransformer model = new PackedTransformer(size.config());
    PackedShape shape =
        PackedShape.released(
            size.latentFrames(), size.latentHeight(), size.latentWidth(), model.patch());
    ConditionShape condition = new ConditionShape(size.imageTokens(), size.textTokens());
    try (WeightStore weights = weights(model, compute, placement, backend);
        CompiledGraph step =
            CompiledGraph.compile(
                model.step(shape, condition, StepForm.TRAINED), backend, weights)) {
      for (String input : step.graph().inputs().keySet()) {
        backend.fillNormal(step.input(input), input.hashCode(), 1f);
      }
      return GraphTiming.of(step, weights, backend, runs);
    }
  }

  private static WeightStore weights(
      PackedTransformer model, DType compute, Placement placement, GpuBackend backend) {
    WeightTypes types = model.weightTypes(compute);
    return switch (placement) {
      case RESIDENT -> new DeviceRandomWeights("transformer", model.parameters(), types, backend);
      case STREAMED ->
          new StreamedRandomWeights(
              "transformer", model.parameters(), model.weightGroups(), types, backend);
    };
  }
}
