package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.kernels.tensor.Shape;

/** Gathers over [B, C, T, H, W]: patches to tokens and back, nearest upsampling. */
final class Patches {
  private Patches() {}

  /** Which input element an output element copies. */
  @FunctionalInterface
  private interface Source {
    long of(long index);
  }

  private static Runnable gather(OpCall call, Workers workers, Source source) {
    Floats x = Floats.input(call, 0);
    Floats y = Floats.output(call);
    long count = call.output().shape().elementCount();
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            y.set(i, x.get(source.of(i)));
          }
        };
    return () -> workers.split(count, body);
  }

  static Runnable patchify(Patchify op, OpCall call, Workers workers) {
    Shape in = call.input(0).shape(); // [B, C, T, H, W]
    Shape out = call.output().shape(); // [B, T' H' W', C pt ph pw]
    long rows = Math.ceilDiv(in.dim(3), op.patchH());
    long columns = Math.ceilDiv(in.dim(4), op.patchW());
    return gather(
        call,
        workers,
        i -> {
          long value = i % out.dim(2);
          long token = i / out.dim(2) % out.dim(1);
          long b = i / out.dim(2) / out.dim(1);
          long pw = value % op.patchW();
          long ph = value / op.patchW() % op.patchH();
          long pt = value / op.patchW() / op.patchH() % op.patchT();
          long c = value / op.patchW() / op.patchH() / op.patchT();
          long t = Math.min(token / columns / rows * op.patchT() + pt, in.dim(2) - 1);
          long h = Math.min(token / columns % rows * op.patchH() + ph, in.dim(3) - 1);
          long w = Math.min(token % columns * op.patchW() + pw, in.dim(4) - 1);
          return index(in, b, c, t, h, w);
        });
  }

  static Runnable unpatchify(Unpatchify op, OpCall call, Workers workers) {
    Shape in = call.input(0).shape(); // [B, N, C pt ph pw]
    Shape out = call.output().shape(); // [B, C, T, H, W]
    long rows = op.height() / op.patchH();
    long columns = op.width() / op.patchW();
    return gather(
        call,
        workers,
        i -> {
          long w = i % out.dim(4);
          long h = i / out.dim(4) % out.dim(3);
          long t = i / out.dim(4) / out.dim(3) % out.dim(2);
          long c = i / out.product(2, 5) % out.dim(1);
          long b = i / out.product(1, 5);
          long token = (t / op.patchT() * rows + h / op.patchH()) * columns + w / op.patchW();
          long value =
              ((c * op.patchT() + t % op.patchT()) * op.patchH() + h % op.patchH()) * op.patchW()
                  + w % op.patchW();
          return (b * in.dim(1) + token) * in.dim(2) + value;
        });
  }

  static Runnable upsample(UpsampleNearest3d op, OpCall call, Workers workers) {
    Shape in = call.input(0).shape(); // [B, C, T, H, W]
    Shape out = call.output().shape(); // [B, C, 1 + (T-1) scaleT, H scaleHw, W scaleHw]
    return gather(
        call,
        workers,
        i -> {
          long w = i % out.dim(4);
          long h = i / out.dim(4) % out.dim(3);
          long t = i / out.dim(4) / out.dim(3) % out.dim(2);
          long c = i / out.product(2, 5) % out.dim(1);
          long b = i / out.product(1, 5);
          long frame = t == 0 ? 0 : 1 + (t - 1) / op.scaleT();
          return index(in, b, c, frame, h / op.scaleHw(), w / op.scaleHw());
        });
  }

  private static long index(Shape shape, long b, long c, long t, long h, long w) {
    return (((b * shape.dim(1) + c) * shape.dim(2) + t) * shape.dim(3) + h) * shape.dim(4) + w;
  }
}
