package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The steps of a softmax over one row of scores in an array, in whole vectors. */
final class SoftmaxRow {
  private SoftmaxRow() {}

  /** Scores of closed keys become minus infinity. */
  static void close(float[] scores, int from, int count, MemorySegment open, long openOffset) {
    for (int i = 0; i < count; i += LANES) {
      int lanes = Math.min(LANES, count - i);
      FloatVector opened = loadTail(open, openOffset + 4L * i, lanes);
      FloatVector row = FloatVector.fromArray(SPECIES, scores, from + i);
      FloatVector closed = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
      row.blend(closed, opened.compare(VectorOperators.EQ, 0f)).intoArray(scores, from + i);
    }
  }

  /** Largest score, NaN aside; minus infinity for none. {@code count} is a multiple of LANES. */
  static float max(float[] scores, int from, int count) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LANES) {
      FloatVector row = FloatVector.fromArray(SPECIES, scores, from + i);
      max = max.blend(row, row.compare(VectorOperators.GT, max));
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** Scores to {@code e^(score - max)}; returns their sum. */
  static float exponentials(float[] scores, int from, int count, float max) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector row = FloatVector.fromArray(SPECIES, scores, from + i);
      FloatVector e = VectorMath.expUpTo88(row.sub(max));
      e.intoArray(scores, from + i);
      sum = sum.add(e);
    }
    return VectorSupport.sum(sum);
  }

  /** {@code to = to * factor + products}. */
  static void rescaleAndAdd(float[] values, int to, float factor, int products, int count) {
    FloatVector scale = FloatVector.broadcast(SPECIES, factor);
    for (int i = 0; i < count; i += LANES) {
      FloatVector old = FloatVector.fromArray(SPECIES, values, to + i);
      FloatVector added = FloatVector.fromArray(SPECIES, values, products + i);
      old.fma(scale, added).intoArray(values, to + i);
    }
  }
}
