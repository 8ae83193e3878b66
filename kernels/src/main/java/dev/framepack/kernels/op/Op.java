package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * One operation of the tensor graph: its parameters, what it makes of its input types, what it
 * costs, and, when it is a fusion, what it means in simpler operations. Every operation has exactly
 * one output. All sizes come from the inputs; an operation never holds a model's constant.
 *
 * <p>Operands without a type in an operation's text share one float type, F32, BF16 or F16, that of
 * the output too; backends compute in float32 or better and round once, to nearest even. The
 * exhaustive {@code switch} in each backend is the list of what is still to be written there.
 */
public sealed interface Op
    permits Linear,
        Attention,
        CausalConv3d,
        UpsampleNearest3d,
        UpsampleConv3d,
        Patchify,
        Unpatchify,
        LayerNorm,
        Modulate,
        LayerNormModulate,
        RmsNorm,
        GroupNorm,
        RotaryEmbedding,
        RmsNormRotary,
        Activate,
        Add,
        GatedResidual,
        SwiGlu,
        Affine,
        Concat,
        Slice,
        Permute,
        Cast,
        Dequantize,
        Embedding,
        TimestepEmbedding,
        MaskedMean,
        LinearCombination,
        GuidanceRescale,
        RelativeL1,
        Crossfade,
        GaussianSample,
        FramesToRgb8 {

  /** Stable name in snake case; kernels, op cases and bench rows carry the same one. */
  String name();

  /**
   * Type of the output.
   *
   * @throws dev.framepack.kernels.tensor.ShapeException when the inputs do not fit, naming operand,
   *     expected and found
   */
  TensorType infer(List<TensorType> inputs);

  /** Arithmetic and least memory traffic for these inputs. */
  default Cost cost(List<TensorType> inputs) {
    return Cost.elementwise(this, inputs, 1);
  }

  /** True for a float input that is F32 whatever the others are: tables, masks, coefficients. */
  default boolean staysFloat32(int index) {
    return false;
  }

  /** True when the output may be written over input {@code index}, element for element. */
  default boolean mayOverwrite(int index) {
    return false;
  }

  /** The same result in simpler operations, or empty when this one is a primitive. */
  default Optional<Decomposition> decompose() {
    return Optional.empty();
  }
}
