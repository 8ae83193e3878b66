package dev.framepack.kernels.gpu.launch;

import static dev.framepack.kernels.gpu.device.KernelArgument.int32;

import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.Tensor;
import java.util.Map;

/**
 * {@code conv3d_pack.ptx} for one layout: a constant's weights are repacked once, others in front
 * of every run.
 *
 * @param kernels by element type of the weights
 * @param outputs output channels of a block, to which they are padded
 * @param channels input channels of a block, to which they are padded
 * @param packedAsFloat true when the packed weights are F32 whatever the type
 */
record ConvWeightPacker(
    String layout, TypedKernel kernels, int outputs, int channels, boolean packedAsFloat) {
  private static final int THREADS = 256;

  /** Rows or channels of the source last; see {@code conv3d_pack.ptx}. */
  static ConvWeightPacker floats(String layout, int outputs) {
    String name = "conv3d_pack_" + layout + "_o" + outputs;
    Map<String, Object> parameters = Map.of("LAYOUT", layout, "OUTPUTS", outputs);
    return new ConvWeightPacker(
        layout, TypedKernel.of(name, "conv3d_pack", THREADS, parameters), outputs, 1, true);
  }

  /** Swizzled tiles of {@code outputs} x {@code channels} for the tensor cores. */
  static ConvWeightPacker tiles(int outputs, int channels) {
    String name = "conv3d_pack_tiles_o%s_c%s".formatted(outputs, channels);
    Map<String, Object> parameters =
        Map.of("LAYOUT", "tiles", "OUTPUTS", outputs, "CHANNELS", channels);
    return new ConvWeightPacker(
        "tiles",
        TypedKernel.of(name, "conv3d_pack", THREADS, parameters),
        outputs,
        channels,
        false);
  }

  /** The packed weights as a kernel's operand. */
  KernelArgument pack(Tensor weight, ConvShape shape, LaunchPlan plan) {
    long count =
        (long) shape.phases()
            * Math.ceilDiv(shape.outputs(), outputs)
            * outputs
            * Math.ceilDiv(shape.channels(), channels)
            * channels
            * shape.taps();
    long bytes = count * (packedAsFloat ? Float.BYTES : weight.dtype().byteSize());
    if (weight.isConstant()) {
      return plan.packed(
          weight,
          shape.layout(layout + outputs + "x" + channels),
          bytes,
          (once, target) -> launch(once, weight, shape, target, count));
    }
    long scratch = plan.scratch(bytes);
    launch(plan, weight, shape, KernelArgument.write(scratch, bytes), count);
    return KernelArgument.read(scratch, bytes);
  }

  private void launch(
      LaunchPlan plan, Tensor weight, ConvShape shape, KernelArgument target, long count) {
    PtxKernel kernel = kernels.of(weight.dtype());
    plan.launch(
        kernel,
        Dim3.of(Math.ceilDiv(count, THREADS)),
        plan.read(weight),
        target,
        int32(shape.channels()),
        int32(shape.outputs()),
        int32(shape.time().kernel()),
        int32(shape.rows().kernel()),
        int32(shape.columns().kernel()),
        int32(shape.time().taps()),
        int32(shape.rows().taps()),
        int32(shape.columns().taps()),
        int32(shape.time().foldScale()),
        int32(shape.columns().foldScale()),
        int32(shape.time().pad()),
        int32(shape.rows().pad()),
        int32(shape.columns().pad()),
        int32(count));
  }
}
