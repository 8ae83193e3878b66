package dev.framepack.kernels.conformance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.BFloat16;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One operation with shapes and data every backend must get right.
 *
 * @param overwrites index of the input the output is written over, or -1 for memory of its own
 */
public record OpCase(Op op, List<Operand> operands, int overwrites) {

  /**
   * One input.
   *
   * @param constant a weight, which a backend may repack
   */
  public record Operand(TensorType type, Fill fill, boolean constant) {}

  public OpCase {
    operands = List.copyOf(operands);
  }

  public static OpCase of(Op op) {
    return new OpCase(op, List.of(), -1);
  }

  /** This case with one more float32 input. */
  public OpCase input(Fill fill, long... dims) {
    return and(new Operand(TensorType.f32(dims), fill, false));
  }

  /** This case with one more float32 input that is a weight. */
  public OpCase weight(Fill fill, long... dims) {
    return and(new Operand(TensorType.f32(dims), fill, true));
  }

  /** This case with one more input of another type. */
  public OpCase input(Fill fill, DType dtype, long... dims) {
    return and(new Operand(new TensorType(Shape.of(dims), dtype), fill, false));
  }

  /** This case with its float operands in another type; empty where nothing would change. */
  public Optional<OpCase> in(DType dtype) {
    return HalfCases.of(this, dtype);
  }

  private OpCase and(Operand operand) {
    List<Operand> more = new ArrayList<>(operands);
    more.add(operand);
    return new OpCase(op, more, overwrites);
  }

  /** This case with the output written over an input. */
  public OpCase over(int input) {
    if (!op.mayOverwrite(input)) {
      throw new IllegalArgumentException(op.name() + ": must not overwrite input " + input);
    }
    return new OpCase(op, operands, input);
  }

  public List<TensorType> inputTypes() {
    return operands.stream().map(Operand::type).toList();
  }

  public TensorType outputType() {
    return op.infer(inputTypes());
  }

  /** Writes the data of one input, the same on every call and machine. */
  public void fill(int input, MemorySegment target) {
    Operand operand = operands.get(input);
    Random random = new Random(31L * inputTypes().toString().hashCode() + input);
    long count = operand.type().shape().elementCount();
    for (long i = 0; i < count; i++) {
      double value = operand.fill().at(random, operand.type().shape(), i);
      switch (operand.type().dtype()) {
        case F32 -> target.setAtIndex(JAVA_FLOAT, i, (float) value);
        case BF16 -> target.setAtIndex(JAVA_SHORT, i, BFloat16.fromFloat((float) value));
        case F16 -> target.setAtIndex(JAVA_SHORT, i, Float.floatToFloat16((float) value));
        case I32 -> target.setAtIndex(JAVA_INT, i, (int) value);
        case U8 -> target.set(JAVA_BYTE, i, (byte) (int) value);
      }
    }
  }

  @Override
  public String toString() {
    return op.name()
        + " "
        + op.toString().replaceFirst("^[A-Za-z0-9]+", "")
        + " "
        + inputTypes()
        + (overwrites < 0 ? "" : " over " + overwrites);
  }
}
