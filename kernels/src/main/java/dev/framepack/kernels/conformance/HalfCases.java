package dev.framepack.kernels.conformance;

import dev.framepack.kernels.conformance.OpCase.Operand;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The table's float32 cases in BF16 and F16. */
final class HalfCases {
  private HalfCases() {}

  /** The case with its float operands in another type; empty where nothing would change. */
  static Optional<OpCase> of(OpCase entry, DType dtype) {
    List<Operand> operands = new ArrayList<>();
    boolean changed = false;
    for (int i = 0; i < entry.operands().size(); i++) {
      Operand operand = entry.operands().get(i);
      if (operand.type().dtype() == DType.F32 && follows(entry.op(), i)) {
        TensorType type = new TensorType(operand.type().shape(), dtype);
        operands.add(new Operand(type, fill(operand.fill(), dtype), operand.constant()));
        changed = true;
      } else {
        operands.add(operand);
      }
    }
    return changed
        ? Optional.of(new OpCase(entry.op(), operands, entry.overwrites()))
        : Optional.empty();
  }

  /** False for operands that stay F32: tables, masks, coefficients, timesteps, noise. */
  private static boolean follows(Op op, int index) {
    return switch (op) {
      case Attention _ -> index < 3;
      case RotaryEmbedding _, MaskedMean _ -> index == 0;
      case RmsNormRotary _, Crossfade _ -> index < 2;
      case LinearCombination _, GuidanceRescale _ -> index > 0;
      case TimestepEmbedding _, GaussianSample _, Cast _ -> false;
      default -> true;
    };
  }

  private static Fill fill(Fill wide, DType dtype) {
    return dtype == DType.F16 ? new WithinF16(wide) : wide;
  }

  /** F16 ends at 65504: the uneven rows shrink with their ratios kept, other values are cut off. */
  private record WithinF16(Fill wide) implements Fill {
    @Override
    public double at(Random random, Shape shape, long index) {
      double value = wide.at(random, shape, index);
      return wide == UNEVEN_ROWS ? value / 100 : Math.clamp(value, -65504.0, 65504.0);
    }
  }
}
