package dev.framepack.kernels.conformance;

import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/** The inputs of a case as plain arrays, addressed by flat or by full position. */
record Operands(Op op, List<float[]> values, List<Shape> shapes, Shape outputShape) {

  /** Inputs that are not floats become empty arrays. */
  static Operands of(OpCase entry) {
    List<float[]> values =
        IntStream.range(0, entry.operands().size()).mapToObj(i -> floats(entry, i)).toList();
    List<Shape> shapes = entry.inputTypes().stream().map(type -> type.shape()).toList();
    return new Operands(entry.op(), values, shapes, entry.outputType().shape());
  }

  private static float[] floats(OpCase entry, int input) {
    TensorType type = entry.inputTypes().get(input);
    if (!type.dtype().isFloating()) {
      return new float[0];
    }
    MemorySegment segment = MemorySegment.ofArray(new long[(int) Math.ceilDiv(type.byteSize(), 8)]);
    entry.fill(input, segment.asSlice(0, type.byteSize()));
    return HalfPrecision.floats(segment.asSlice(0, type.byteSize()), type.dtype());
  }

  float[] values(int input) {
    return values.get(input);
  }

  float value(int input, int index) {
    return values.get(input)[index];
  }

  float at(int input, long... position) {
    return values.get(input)[flat(shapes.get(input), position)];
  }

  static int flat(Shape shape, long... position) {
    long index = 0;
    for (int axis = 0; axis < position.length; axis++) {
      index = index * shape.dim(axis) + position[axis];
    }
    return Math.toIntExact(index);
  }

  /** Full position of an output element. */
  long[] position(int index) {
    long[] position = new long[outputShape.rank()];
    long rest = index;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = rest % outputShape.dim(axis);
      rest /= outputShape.dim(axis);
    }
    return position;
  }

  /** The modulation value for an output element of [B, N, D]: from [B, D] or [B, N, D]. */
  float vector(int input, int index) {
    long[] at = position(index);
    return shapes.get(input).rank() == 3 ? value(input, index) : at(input, at[0], at[2]);
  }

  /** Value of one output element. */
  interface Element {
    float at(int index);
  }

  float[] each(Element element) {
    float[] output = new float[(int) outputShape.elementCount()];
    for (int i = 0; i < output.length; i++) {
      output[i] = element.at(i);
    }
    return output;
  }
}
