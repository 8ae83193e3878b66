package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Gathers over [B, C, T, H, W]: patches to tokens and back, nearest upsampling. */
final class PatchKernels {
  private PatchKernels() {}

  static Runnable patchify(Patchify op, OpCall call, KernelContext context) {
    Shape in = call.input(0).shape(); // [B, C, T, H, W]
    Shape out = call.output().shape(); // [B, T' H' W', C pt ph pw]
    int columns = Math.ceilDiv(in.size(4), op.patchW());
    int rows = Math.ceilDiv(in.size(3), op.patchH());
    int frames = Math.ceilDiv(in.size(2), op.patchT());
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    ParallelFor.Tile tokenRow =
        (tile, worker) -> {
          int row = tile % rows;
          int frame = tile / rows % frames;
          int b = tile / rows / frames;
          long value = (long) tile * columns * out.dim(2);
          for (int column = 0; column < columns; column++) {
            for (int c = 0; c < in.size(1); c++) {
              for (int pt = 0; pt < op.patchT(); pt++) {
                int t = Math.min(frame * op.patchT() + pt, in.size(2) - 1);
                for (int ph = 0; ph < op.patchH(); ph++) {
                  int h = Math.min(row * op.patchH() + ph, in.size(3) - 1);
                  long from = index(in, b, c, t, h);
                  for (int pw = 0; pw < op.patchW(); pw++) {
                    int w = Math.min(column * op.patchW() + pw, in.size(4) - 1);
                    y.setAtIndex(FLOAT, value++, x.getAtIndex(FLOAT, from + w));
                  }
                }
              }
            }
          }
        };
    int tiles = in.size(0) * frames * rows;
    return () -> context.parallel().run(tiles, tokenRow);
  }

  static Runnable unpatchify(Unpatchify op, OpCall call, KernelContext context) {
    Shape in = call.input(0).shape(); // [B, N, C pt ph pw]
    Shape out = call.output().shape(); // [B, C, T, H, W]
    int columns = op.width() / op.patchW();
    int rows = op.height() / op.patchH();
    int frames = op.frames() / op.patchT();
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    ParallelFor.Tile tokenRow =
        (tile, worker) -> {
          int row = tile % rows;
          int frame = tile / rows % frames;
          int b = tile / rows / frames;
          long value = (long) tile * columns * in.dim(2);
          for (int column = 0; column < columns; column++) {
            for (int c = 0; c < out.size(1); c++) {
              for (int pt = 0; pt < op.patchT(); pt++) {
                for (int ph = 0; ph < op.patchH(); ph++) {
                  long to =
                      index(out, b, c, frame * op.patchT() + pt, row * op.patchH() + ph)
                          + (long) column * op.patchW();
                  for (int pw = 0; pw < op.patchW(); pw++) {
                    y.setAtIndex(FLOAT, to + pw, x.getAtIndex(FLOAT, value++));
                  }
                }
              }
            }
          }
        };
    int tiles = out.size(0) * frames * rows;
    return () -> context.parallel().run(tiles, tokenRow);
  }

  static Runnable upsample(UpsampleNearest3d op, OpCall call, KernelContext context) {
    Shape in = call.input(0).shape(); // [B, C, T, H, W]
    Shape out = call.output().shape(); // [B, C, 1 + (T-1) scaleT, H scaleHw, W scaleHw]
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    long planeBytes = out.product(3, 5) * Float.BYTES;
    int frames = in.size(2);
    ParallelFor.Tile plane =
        (tile, worker) -> {
          int t = tile % frames;
          int outFrame = t == 0 ? 0 : 1 + (t - 1) * op.scaleT();
          long from = tile * in.product(3, 5);
          long to = (tile / frames * out.dim(2) + outFrame) * out.product(3, 5);
          for (int h = 0; h < in.size(3); h++) {
            upsampleRow(x, from + h * in.dim(4), y, to, in.size(4), op.scaleHw());
            long bytes = out.dim(4) * Float.BYTES;
            for (int copy = 1; copy < op.scaleHw(); copy++) {
              MemorySegment.copy(y, to * Float.BYTES, y, to * Float.BYTES + copy * bytes, bytes);
            }
            to += out.dim(4) * op.scaleHw();
          }
          long first = to * Float.BYTES - planeBytes;
          for (int copy = 1; t > 0 && copy < op.scaleT(); copy++) {
            MemorySegment.copy(y, first, y, first + copy * planeBytes, planeBytes);
          }
        };
    int tiles = in.size(0) * in.size(1) * frames;
    return () -> context.parallel().run(tiles, plane);
  }

  private static void upsampleRow(
      MemorySegment x, long from, MemorySegment y, long to, int width, int scale) {
    if (scale == 2) {
      for (int w = 0; w < width; w++) {
        long bits = x.getAtIndex(ValueLayout.JAVA_INT, from + w) & 0xFFFF_FFFFL;
        y.set(ValueLayout.JAVA_LONG_UNALIGNED, (to + 2L * w) * Float.BYTES, bits | bits << 32);
      }
      return;
    }
    for (int w = 0; w < width; w++) {
      float value = x.getAtIndex(FLOAT, from + w);
      for (int copy = 0; copy < scale; copy++) {
        y.setAtIndex(FLOAT, to + (long) w * scale + copy, value);
      }
    }
  }

  private static long index(Shape shape, long b, long c, long t, long h) {
    return (((b * shape.dim(1) + c) * shape.dim(2) + t) * shape.dim(3) + h) * shape.dim(4);
  }
}
