package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.loadTail;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;
import static dev.framepack.kernels.cpu.vector.VectorSupport.storeTail;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Affine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** Operations that treat every element alike. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  static Runnable activate(Activate op, OpCall call, KernelContext context) {
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    return Split.elements(
        context,
        call.output().shape().elementCount(),
        (first, count) -> Activations.apply(op.activation(), x, 4 * first, y, 4 * first, count));
  }

  static Runnable affine(Affine op, OpCall call, KernelContext context) {
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment y = call.output().hostSegment();
    return Split.elements(
        context,
        call.output().shape().elementCount(),
        (first, count) -> affine(x, y, 4 * first, count, op.scale(), op.shift()));
  }

  private static void affine(
      MemorySegment x, MemorySegment y, long offset, int count, float scale, float shift) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      long at = offset + 4L * i;
      store(load(x, at).mul(scale).add(shift), y, at);
    }
    if (i < count) {
      long at = offset + 4L * i;
      storeTail(loadTail(x, at, count - i).mul(scale).add(shift), y, at, count - i);
    }
  }

  static Runnable swiGlu(OpCall call, KernelContext context) {
    MemorySegment gate = call.input(0).hostSegment();
    MemorySegment up = call.input(1).hostSegment();
    MemorySegment y = call.output().hostSegment();
    return Split.elements(
        context,
        call.output().shape().elementCount(),
        (first, count) -> swiGlu(gate, up, y, 4 * first, count));
  }

  private static void swiGlu(
      MemorySegment gate, MemorySegment up, MemorySegment y, long offset, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      long at = offset + 4L * i;
      store(VectorMath.swish(load(gate, at), 1f).mul(load(up, at)), y, at);
    }
    if (i < count) {
      long at = offset + 4L * i;
      FloatVector tail = VectorMath.swish(loadTail(gate, at, count - i), 1f);
      storeTail(tail.mul(loadTail(up, at, count - i)), y, at, count - i);
    }
  }

  /** b repeats along the outer axes of a. */
  static Runnable add(OpCall call, KernelContext context) {
    MemorySegment a = call.input(0).hostSegment();
    MemorySegment b = call.input(1).hostSegment();
    MemorySegment y = call.output().hostSegment();
    long period = Math.max(1, call.input(1).shape().elementCount());
    return Split.elements(
        context,
        call.output().shape().elementCount(),
        (first, count) -> {
          long end = first + count;
          for (long at = first; at < end; ) {
            int run = (int) Math.min(period - at % period, end - at);
            add(a, 4 * at, b, 4 * (at % period), y, run);
            at += run;
          }
        });
  }

  private static void add(
      MemorySegment a, long offset, MemorySegment b, long bOffset, MemorySegment y, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      long at = offset + 4L * i;
      store(load(a, at).add(load(b, bOffset + 4L * i)), y, at);
    }
    if (i < count) {
      long at = offset + 4L * i;
      FloatVector tail = loadTail(a, at, count - i);
      storeTail(tail.add(loadTail(b, bOffset + 4L * i, count - i)), y, at, count - i);
    }
  }

  static Runnable linearCombination(OpCall call, KernelContext context) {
    MemorySegment coefficients = call.input(0).hostSegment();
    MemorySegment[] terms = new MemorySegment[call.inputs().size() - 1];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = call.input(i + 1).hostSegment();
    }
    MemorySegment y = call.output().hostSegment();
    return Split.elements(
        context,
        call.output().shape().elementCount(),
        (first, count) -> combine(coefficients, terms, y, 4 * first, count));
  }

  private static void combine(
      MemorySegment coefficients, MemorySegment[] terms, MemorySegment y, long offset, int count) {
    for (int i = 0; i < count; i += LANES) {
      long at = offset + 4L * i;
      int lanes = Math.min(LANES, count - i);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int t = 0; t < terms.length; t++) {
        float coefficient = coefficients.getAtIndex(ValueLayout.JAVA_FLOAT, t);
        FloatVector term = lanes == LANES ? load(terms[t], at) : loadTail(terms[t], at, lanes);
        sum = term.fma(FloatVector.broadcast(SPECIES, coefficient), sum);
      }
      storeTail(sum, y, at, lanes);
    }
  }
}
