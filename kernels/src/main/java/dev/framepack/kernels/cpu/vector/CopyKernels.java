package dev.framepack.kernels.cpu.vector;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Operations that move elements of any type without looking at them. */
final class CopyKernels {
  /** Bytes one tile moves, about: enough to be worth waking a thread. */
  private static final long TILE_BYTES = 1 << 17;

  private CopyKernels() {}

  static Runnable concat(Concat op, OpCall call, KernelContext context) {
    Shape shape = call.output().shape();
    int axis = shape.axis(op.axis());
    int outer = Math.toIntExact(shape.product(0, axis));
    long elementBytes = elementBytes(call.output(), axis);
    long outputRow = shape.dim(axis) * elementBytes;
    List<Runnable> parts = new ArrayList<>();
    long target = 0;
    for (Tensor input : call.inputs()) {
      long bytes = input.shape().dim(axis) * elementBytes;
      parts.add(
          rows(
              new Rows(input.hostSegment(), 0, bytes),
              new Rows(call.output().hostSegment(), target, outputRow),
              outer,
              bytes,
              context));
      target += bytes;
    }
    Runnable[] copies = parts.toArray(Runnable[]::new);
    return () -> {
      for (Runnable copy : copies) {
        copy.run();
      }
    };
  }

  static Runnable slice(Slice op, OpCall call, KernelContext context) {
    Shape shape = call.input(0).shape();
    int axis = shape.axis(op.axis());
    long elementBytes = elementBytes(call.output(), axis);
    long bytes = op.length() * elementBytes;
    return rows(
        new Rows(
            call.input(0).hostSegment(), op.start() * elementBytes, shape.dim(axis) * elementBytes),
        new Rows(call.output().hostSegment(), 0, bytes),
        Math.toIntExact(shape.product(0, axis)),
        bytes,
        context);
  }

  /** Bytes of all that lies inside one entry of an axis. */
  private static long elementBytes(Tensor tensor, int axis) {
    Shape shape = tensor.shape();
    return shape.product(axis + 1, shape.rank()) * tensor.dtype().byteSize();
  }

  /** Rows at a fixed distance, the first one from byte {@code start} on. */
  private record Rows(MemorySegment segment, long start, long pitch) {}

  private static Runnable rows(Rows from, Rows to, int count, long bytes, KernelContext context) {
    if (bytes == 0 || count == 0) {
      return () -> {};
    }
    int pieces = (int) Math.ceilDiv(bytes, TILE_BYTES); // of a row
    int tileRows = (int) Math.min(count, Math.max(1, TILE_BYTES / bytes));
    ParallelFor.Tile tile =
        (number, worker) -> {
          int first = number / pieces * tileRows;
          long start = number % pieces * TILE_BYTES;
          long length = Math.min(TILE_BYTES, bytes - start);
          for (int row = first; row < Math.min(first + tileRows, count); row++) {
            MemorySegment.copy(
                from.segment(),
                from.start() + row * from.pitch() + start,
                to.segment(),
                to.start() + row * to.pitch() + start,
                length);
          }
        };
    int tiles = Math.ceilDiv(count, tileRows) * pieces;
    return () -> context.parallel().run(tiles, tile);
  }

  static Runnable permute(Permute op, OpCall call, KernelContext context) {
    Shape in = call.input(0).shape();
    Shape out = call.output().shape();
    int rank = out.rank();
    int bytes = call.output().dtype().byteSize();
    if (out.elementCount() == 0) {
      return () -> {};
    }
    long[] sizes = out.dims();
    long[] strides = new long[rank]; // of output axis i in the input, in bytes
    for (int i = 0; i < rank; i++) {
      strides[i] = in.product(op.order().get(i) + 1, rank) * bytes;
    }
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    int inner = rank == 0 ? 1 : out.size(-1);
    long stride = rank == 0 ? bytes : strides[rank - 1];
    int rows = Math.toIntExact(out.elementCount() / inner);
    int tileRows = (int) Math.clamp(TILE_BYTES / ((long) inner * bytes), 1, rows);
    ParallelFor.Tile tile =
        (number, worker) -> {
          int first = number * tileRows;
          for (int row = first; row < Math.min(first + tileRows, rows); row++) {
            long rest = row;
            long from = 0;
            for (int axis = rank - 2; axis >= 0; axis--) {
              from += rest % sizes[axis] * strides[axis];
              rest /= sizes[axis];
            }
            gatherRow(x, from, stride, y, (long) row * inner * bytes, inner, bytes);
          }
        };
    int tiles = Math.ceilDiv(rows, tileRows);
    return () -> context.parallel().run(tiles, tile);
  }

  private static void gatherRow(
      MemorySegment x, long from, long stride, MemorySegment y, long to, int count, int bytes) {
    if (stride == bytes) {
      MemorySegment.copy(x, from, y, to, (long) count * bytes);
    } else if (bytes == Integer.BYTES) {
      for (int i = 0; i < count; i++) {
        y.set(
            JAVA_INT_UNALIGNED,
            to + (long) i * Integer.BYTES,
            x.get(JAVA_INT_UNALIGNED, from + i * stride));
      }
    } else {
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(x, from + i * stride, y, to + (long) i * bytes, bytes);
      }
    }
  }
}
