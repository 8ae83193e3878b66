package dev.framepack.kernels.cpu.reference;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Crossfade;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.tensor.Shape;

/** Operations whose output element depends on one element of each input. */
final class Elementwise {
  private Elementwise() {}

  /** Value of one output element. */
  @FunctionalInterface
  private interface Element {
    double at(long index);
  }

  private static Runnable forEach(OpCall call, Workers workers, Element element) {
    Floats y = Floats.output(call);
    long count = call.output().shape().elementCount();
    Workers.Range body =
        (_, from, to) -> {
          for (long i = from; i < to; i++) {
            y.set(i, element.at(i));
          }
        };
    return () -> workers.split(count, body);
  }

  static Runnable activate(Activate op, OpCall call, Workers workers) {
    Floats x = Floats.input(call, 0);
    return forEach(call, workers, i -> Activations.apply(op.activation(), x.get(i)));
  }

  static Runnable affine(Affine op, OpCall call, Workers workers) {
    Floats x = Floats.input(call, 0);
    return forEach(call, workers, i -> (double) x.get(i) * op.scale() + op.shift());
  }

  static Runnable add(OpCall call, Workers workers) {
    Floats a = Floats.input(call, 0);
    Floats b = Floats.input(call, 1); // like a, or its innermost axes
    long period = call.input(1).shape().elementCount();
    return forEach(call, workers, i -> (double) a.get(i) + b.get(i % period));
  }

  static Runnable swiGlu(OpCall call, Workers workers) {
    Floats gate = Floats.input(call, 0);
    Floats up = Floats.input(call, 1);
    return forEach(
        call,
        workers,
        i -> {
          double x = gate.get(i);
          return x / (1 + Math.exp(-x)) * up.get(i);
        });
  }

  static Runnable gatedResidual(OpCall call, Workers workers) {
    Shape shape = call.output().shape(); // [B, N, D]
    long width = shape.dim(2);
    long perGate = width * Norms.rowsPerVector(shape, call.input(1).shape());
    Floats residual = Floats.input(call, 0);
    Floats gate = Floats.input(call, 1); // [B, D] or [B, N, D]
    Floats y = Floats.input(call, 2);
    return forEach(
        call,
        workers,
        i -> residual.get(i) + (double) gate.get(i / perGate * width + i % width) * y.get(i));
  }

  static Runnable linearCombination(LinearCombination op, OpCall call, Workers workers) {
    Floats coefficients = Floats.input(call, 0);
    Floats[] terms = new Floats[op.terms()];
    for (int term = 0; term < terms.length; term++) {
      terms[term] = Floats.input(call, term + 1);
    }
    return forEach(
        call,
        workers,
        i -> {
          double sum = 0;
          for (int term = 0; term < terms.length; term++) {
            sum += (double) coefficients.get(term) * terms[term].get(i);
          }
          return sum;
        });
  }

  static Runnable crossfade(Crossfade op, OpCall call, Workers workers) {
    Shape shape = call.output().shape();
    int axis = shape.axis(op.axis());
    long inner = shape.product(axis + 1, shape.rank());
    long size = shape.dim(axis);
    Floats a = Floats.input(call, 0);
    Floats b = Floats.input(call, 1);
    Floats weights = Floats.input(call, 2); // [size]
    return forEach(
        call,
        workers,
        i -> {
          double weight = weights.get(i / inner % size);
          return weight * a.get(i) + (1 - weight) * b.get(i);
        });
  }

  static Runnable gaussianSample(OpCall call, Workers workers) {
    Shape shape = call.output().shape(); // [B, C, ...]
    long sample = shape.product(1, shape.rank());
    Floats moments = Floats.input(call, 0); // [B, 2C, ...]
    Floats noise = Floats.input(call, 1);
    return forEach(
        call,
        workers,
        i -> {
          long mean = i / sample * 2 * sample + i % sample;
          double logVariance = Math.clamp(moments.get(mean + sample), -30f, 20f);
          return moments.get(mean) + Math.exp(0.5 * logVariance) * noise.get(i);
        });
  }
}
