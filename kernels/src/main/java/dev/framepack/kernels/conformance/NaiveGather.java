package dev.framepack.kernels.conformance;

import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Operations that only copy, by full positions: which element of which input goes where. */
final class NaiveGather {
  private NaiveGather() {}

  private record Source(int input, long[] position) {}

  static boolean covers(Op op) {
    return op instanceof Concat
        || op instanceof Slice
        || op instanceof Permute
        || op instanceof Embedding
        || op instanceof Patchify
        || op instanceof Unpatchify
        || op instanceof UpsampleNearest3d;
  }

  /** Bytes of the output. */
  static MemorySegment run(OpCase entry) {
    Operands in = Operands.of(entry);
    MemorySegment[] inputs = new MemorySegment[entry.operands().size()];
    for (int i = 0; i < inputs.length; i++) {
      long bytes = entry.inputTypes().get(i).byteSize();
      inputs[i] = MemorySegment.ofArray(new long[(int) Math.ceilDiv(bytes, 8L)]).asSlice(0, bytes);
      entry.fill(i, inputs[i]);
    }
    int size = entry.outputType().dtype().byteSize();
    MemorySegment output = MemorySegment.ofArray(new byte[(int) entry.outputType().byteSize()]);
    for (int i = 0; i < in.outputShape().elementCount(); i++) {
      Source source = source(in, inputs, in.position(i));
      long from = Operands.flat(in.shapes().get(source.input), source.position);
      MemorySegment.copy(inputs[source.input], from * size, output, (long) i * size, size);
    }
    return output;
  }

  private static Source source(Operands in, MemorySegment[] inputs, long[] at) {
    return switch (in.op()) {
      case Concat op -> concat(op, in, at);
      case Slice op -> {
        at[Math.floorMod(op.axis(), at.length)] += op.start();
        yield new Source(0, at);
      }
      case Permute op -> {
        long[] position = new long[at.length];
        for (int i = 0; i < at.length; i++) {
          position[op.order().get(i)] = at[i];
        }
        yield new Source(0, position);
      }
      case Embedding _ -> {
        int token = Operands.flat(in.shapes().get(0), Arrays.copyOf(at, at.length - 1));
        long id = inputs[0].getAtIndex(ValueLayout.JAVA_INT, token);
        yield new Source(1, new long[] {id, at[at.length - 1]});
      }
      case Patchify op -> patchify(op, in.shapes().get(0), at);
      case Unpatchify op -> unpatchify(op, at);
      case UpsampleNearest3d op ->
          new Source(
              0,
              new long[] {
                at[0],
                at[1],
                (at[2] + op.scaleT() - 1) / op.scaleT(),
                at[3] / op.scaleHw(),
                at[4] / op.scaleHw()
              });
      default -> throw new IllegalArgumentException(in.op().name() + ": computes, not copies");
    };
  }

  private static Source concat(Concat op, Operands in, long[] at) {
    int axis = Math.floorMod(op.axis(), at.length);
    int input = 0;
    while (at[axis] >= in.shapes().get(input).dim(axis)) {
      at[axis] -= in.shapes().get(input).dim(axis);
      input++;
    }
    return new Source(input, at);
  }

  private static Source patchify(Patchify op, Shape x, long[] at) {
    long rows = Math.ceilDiv(x.dim(3), op.patchH());
    long columns = Math.ceilDiv(x.dim(4), op.patchW());
    Shape tokens = Shape.of(Math.ceilDiv(x.dim(2), op.patchT()), rows, columns);
    Shape values = Shape.of(x.dim(1), op.patchT(), op.patchH(), op.patchW());
    long[] token = unflatten(tokens, at[1]);
    long[] value = unflatten(values, at[2]);
    return new Source(
        0,
        new long[] {
          at[0],
          value[0],
          Math.min(token[0] * op.patchT() + value[1], x.dim(2) - 1),
          Math.min(token[1] * op.patchH() + value[2], x.dim(3) - 1),
          Math.min(token[2] * op.patchW() + value[3], x.dim(4) - 1)
        });
  }

  private static Source unpatchify(Unpatchify op, long[] at) {
    Shape tokens =
        Shape.of(op.frames() / op.patchT(), op.height() / op.patchH(), op.width() / op.patchW());
    long token =
        Operands.flat(tokens, at[2] / op.patchT(), at[3] / op.patchH(), at[4] / op.patchW());
    Shape values = Shape.of(at[1] + 1, op.patchT(), op.patchH(), op.patchW());
    long value =
        Operands.flat(values, at[1], at[2] % op.patchT(), at[3] % op.patchH(), at[4] % op.patchW());
    return new Source(0, new long[] {at[0], token, value});
  }

  private static long[] unflatten(Shape shape, long index) {
    long[] position = new long[shape.rank()];
    long rest = index;
    for (int axis = position.length - 1; axis >= 0; axis--) {
      position[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return position;
  }
}
