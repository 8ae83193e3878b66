package dev.framepack.kernels.conformance;

import dev.framepack.kernels.conformance.OpCase.Operand;
import dev.framepack.kernels.op.Cast;
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
    if (entry.op() instanceof Cast) {
      return Optional.empty(); // the table has casts between all types
    }
    List<Operand> operands = new ArrayList<>();
    boolean changed = false;
    for (int i = 0; i < entry.operands().size(); i++) {
      Operand operand = entry.operands().get(i);
      if (operand.type().dtype() == DType.F32 && !entry.op().staysFloat32(i)) {
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
