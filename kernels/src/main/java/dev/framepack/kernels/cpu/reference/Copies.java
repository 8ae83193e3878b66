package dev.framepack.kernels.cpu.reference;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Operations that move elements of any type without looking at them. */
final class Copies {
  private Copies() {}

  static Runnable concat(Concat op, OpCall call) {
    Shape shape = call.output().shape();
    int axis = shape.axis(op.axis());
    long outer = shape.product(0, axis);
    long elementBytes = shape.product(axis + 1, shape.rank()) * call.output().dtype().byteSize();
    MemorySegment y = call.output().hostSegment();
    long outputRow = shape.dim(axis) * elementBytes;
    MemorySegment[] inputs =
        call.inputs().stream().map(Tensor::hostSegment).toArray(MemorySegment[]::new);
    long[] rowBytes =
        call.inputs().stream().mapToLong(x -> x.shape().dim(axis) * elementBytes).toArray();
    return () -> {
      for (long row = 0; row < outer; row++) {
        long target = row * outputRow;
        for (int i = 0; i < inputs.length; i++) {
          MemorySegment.copy(inputs[i], row * rowBytes[i], y, target, rowBytes[i]);
          target += rowBytes[i];
        }
      }
    };
  }

  static Runnable slice(Slice op, OpCall call) {
    Shape shape = call.input(0).shape();
    int axis = shape.axis(op.axis());
    long outer = shape.product(0, axis);
    long elementBytes = shape.product(axis + 1, shape.rank()) * call.output().dtype().byteSize();
    long inputRow = shape.dim(axis) * elementBytes;
    long outputRow = op.length() * elementBytes;
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    return () -> {
      for (long row = 0; row < outer; row++) {
        MemorySegment.copy(
            x, row * inputRow + op.start() * elementBytes, y, row * outputRow, outputRow);
      }
    };
  }

  static Runnable permute(Permute op, OpCall call, Workers workers) {
    Shape in = call.input(0).shape();
    Shape out = call.output().shape();
    int rank = out.rank();
    int elementBytes = call.output().dtype().byteSize();
    long[] sizes = out.dims();
    long[] inputStrides = new long[rank]; // of output axis i, in elements
    for (int i = 0; i < rank; i++) {
      inputStrides[i] = in.product(op.order().get(i) + 1, rank);
    }
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            long rest = i;
            long source = 0;
            for (int axis = rank - 1; axis >= 0; axis--) {
              source += rest % sizes[axis] * inputStrides[axis];
              rest /= sizes[axis];
            }
            copyElement(x, source, y, i, elementBytes);
          }
        };
    return () -> workers.split(out.elementCount(), body);
  }

  private static void copyElement(
      MemorySegment x, long from, MemorySegment y, long to, int elementBytes) {
    if (elementBytes == Integer.BYTES) {
      y.setAtIndex(JAVA_INT, to, x.getAtIndex(JAVA_INT, from));
    } else {
      MemorySegment.copy(x, from * elementBytes, y, to * elementBytes, elementBytes);
    }
  }

  static Runnable embedding(OpCall call) {
    Shape table = call.input(1).shape(); // [V, D]
    long count = call.input(0).shape().elementCount();
    long rowBytes = table.dim(1) * call.output().dtype().byteSize();
    MemorySegment ids = call.input(0).hostSegment();
    MemorySegment rows = call.input(1).hostSegment();
    MemorySegment y = call.output().hostSegment();
    return () -> {
      for (long i = 0; i < count; i++) {
        int id = ids.getAtIndex(JAVA_INT, i);
        if (id < 0 || id >= table.dim(0)) {
          throw new KernelException(
              "id %s at position %s is outside the table of %s rows"
                  .formatted(id, i, table.dim(0)));
        }
        MemorySegment.copy(rows, id * rowBytes, y, i * rowBytes, rowBytes);
      }
    };
  }
}
