package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.Shape;

/**
 * A convolution as the kernels see it: source and output extents and, per axis, how a phase's taps
 * fall on the source (see {@code include/conv3d.ptx}).
 */
record ConvShape(
    int batch,
    int channels,
    int frames,
    int height,
    int width,
    int outputs,
    int outFrames,
    int outHeight,
    int outWidth,
    Axis time,
    Axis rows,
    Axis columns) {

  /**
   * One axis.
   *
   * @param kernel taps of the original weights
   * @param foldScale scale the weights are repacked with: above {@code kernel} when all taps fall
   *     on one element
   */
  record Axis(int kernel, int stride, int scale, int pad, int taps, int foldScale) {
    private static final int ALL = 1 << 20;

    static Axis strided(int kernel, int stride, int pad) {
      return new Axis(kernel, stride, 1, pad, kernel, 1);
    }

    /** Over a source enlarged {@code scale} times. */
    static Axis enlarged(int kernel, int scale, int pad) {
      int taps = 0;
      for (int phase = 0; phase < scale; phase++) {
        int first = Math.floorDiv(phase - pad, scale);
        int last = Math.floorDiv(phase + kernel - 1 - pad, scale);
        taps = Math.max(taps, last - first + 1);
      }
      return new Axis(kernel, 1, scale, pad, taps, scale);
    }

    /** Every tap sees the only element there is. */
    static Axis folded(int kernel) {
      return new Axis(kernel, 1, 1, 0, 1, ALL);
    }
  }

  static ConvShape of(CausalConv3d op, OpCall call) {
    Shape w = call.input(1).shape(); // [O, C, kt, kh, kw]
    int s = op.strideHw();
    return of(
        call,
        Axis.strided(w.size(2), op.strideT(), w.size(2) - 1),
        Axis.strided(w.size(3), s, w.size(3) / 2),
        Axis.strided(w.size(4), s, w.size(4) / 2));
  }

  static ConvShape of(UpsampleConv3d op, OpCall call) {
    Shape w = call.input(1).shape(); // [O, C, kt, kh, kw]
    int s = op.scaleHw();
    return of(
        call,
        Axis.enlarged(w.size(2), op.scaleT(), w.size(2) - op.scaleT()),
        Axis.enlarged(w.size(3), s, w.size(3) / 2),
        Axis.enlarged(w.size(4), s, w.size(4) / 2));
  }

  private static ConvShape of(OpCall call, Axis time, Axis rows, Axis columns) {
    Shape x = call.input(0).shape(); // [B, C, T, H, W]
    Shape y = call.output().shape(); // [B, O, T', H', W']
    return new ConvShape(
        x.size(0),
        x.size(1),
        x.size(2),
        x.size(3),
        x.size(4),
        y.size(1),
        y.size(2),
        y.size(3),
        y.size(4),
        x.size(2) == 1 ? Axis.folded(time.kernel) : time,
        rows,
        columns);
  }

  /** With all positions in one row, when no tap has a neighbour. */
  ConvShape flattened() {
    long positions = (long) frames * height * width;
    boolean pointwise = time.taps * rows.taps * columns.taps == 1;
    boolean whole = time.stride * time.scale * rows.stride * rows.scale == 1;
    if (!pointwise || !whole || positions > Integer.MAX_VALUE) {
      return this;
    }
    int all = (int) positions;
    return new ConvShape(batch, channels, 1, 1, all, outputs, 1, 1, all, time, rows, columns);
  }

  int phases() {
    return time.scale * rows.scale * columns.scale;
  }

  int taps() {
    return time.taps * rows.taps * columns.taps;
  }

  /** Positions of a phase along an axis. */
  int positionsT() {
    return Math.ceilDiv(outFrames, time.scale);
  }

  int positionsH() {
    return Math.ceilDiv(outHeight, rows.scale);
  }

  int positionsW() {
    return Math.ceilDiv(outWidth, columns.scale);
  }

  /** Weights in the layout named: what tells packed copies of one constant apart. */
  String layout(String kind) {
    return "conv3d %s t%s/%s h%s w%s/%s"
        .formatted(kind, time.taps, time.foldScale, rows.taps, columns.taps, columns.foldScale);
  }
}
