package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A convolution over an enlarged tensor as small convolutions over the source, one per phase of the
 * output position within its source element: taps that fall on the same source element are added.
 */
record UpsamplePhases(UpsampleConv3d op, Shape weight) {

  /**
   * The taps of one axis in one phase.
   *
   * @param first source element of the first tap, counted from the phase's own
   * @param count source elements seen
   */
  record Axis(int phase, int scale, int padding, int first, int count) {
    static Axis of(int phase, int scale, int kernel, int padding) {
      int first = Math.floorDiv(phase - padding, scale);
      int last = Math.floorDiv(phase + kernel - 1 - padding, scale);
      return new Axis(phase, scale, padding, first, last - first + 1);
    }

    /** Which of the source elements a tap of the original kernel falls on. */
    int target(int tap) {
      return Math.floorDiv(phase + tap - padding, scale) - first;
    }
  }

  /** Frames: output frame {@code scale j + phase}; the first source frame is not repeated. */
  Axis time(int phase) {
    return Axis.of(phase, op.scaleT(), weight.size(2), weight.size(2) - op.scaleT());
  }

  Axis rows(int phase) {
    return Axis.of(phase, op.scaleHw(), weight.size(3), weight.size(3) / 2);
  }

  Axis columns(int phase) {
    return Axis.of(phase, op.scaleHw(), weight.size(4), weight.size(4) / 2);
  }

  /** Source rows or columns seen beyond an element on either side. */
  static int radius(int kernel, int scale) {
    return Math.ceilDiv(kernel / 2, scale);
  }

  int count() {
    return op.scaleT() * op.scaleHw() * op.scaleHw();
  }

  int taps(int phase) {
    return timeOf(phase).count() * rowsOf(phase).count() * columnsOf(phase).count();
  }

  Axis timeOf(int phase) {
    return time(phase / (op.scaleHw() * op.scaleHw()));
  }

  Axis rowsOf(int phase) {
    return rows(phase / op.scaleHw() % op.scaleHw());
  }

  Axis columnsOf(int phase) {
    return columns(phase % op.scaleHw());
  }

  int packedFloats(int phase) {
    long channels = (long) ConvWeights.outBlocks(weight.size(0)) * ConvTile.OUT;
    return Math.toIntExact(channels * weight.size(1) * taps(phase));
  }

  /** Packed weights of one phase. */
  MemorySegment packed(Tensor weights, int phase) {
    float[] packed = new float[packedFloats(phase)];
    pack(weights, phase, packed);
    return MemorySegment.ofArray(packed);
  }

  void pack(Tensor weights, int phase, float[] packed) {
    Axis time = timeOf(phase);
    Axis rows = rowsOf(phase);
    Axis columns = columnsOf(phase);
    int taps = taps(phase);
    MemorySegment w = weights.hostSegment();
    float[] folded = new float[weight.size(0) * weight.size(1) * taps]; // [O, C, taps]
    double[] sums = new double[taps];
    long at = 0;
    for (int filter = 0; filter < weight.size(0) * weight.size(1); filter++) {
      Arrays.fill(sums, 0);
      for (int dt = 0; dt < weight.size(2); dt++) {
        for (int dh = 0; dh < weight.size(3); dh++) {
          for (int dw = 0; dw < weight.size(4); dw++) {
            int row = time.target(dt) * rows.count() + rows.target(dh);
            sums[row * columns.count() + columns.target(dw)] += w.getAtIndex(FLOAT, at++);
          }
        }
      }
      for (int tap = 0; tap < taps; tap++) {
        folded[filter * taps + tap] = (float) sums[tap];
      }
    }
    MemorySegment source = MemorySegment.ofArray(folded);
    ConvWeights.pack(source, weight.size(0), weight.size(1), taps, packed);
  }
}
