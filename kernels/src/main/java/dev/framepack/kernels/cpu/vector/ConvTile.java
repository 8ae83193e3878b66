package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.load;
import static dev.framepack.kernels.cpu.vector.VectorSupport.store;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of the convolution: one block of output channels times a few vectors of
 * positions, summed in registers over a block of input channels and all taps. Every output is the
 * same chain of fused multiply-adds whichever kernel computes it.
 */
final class ConvTile {
  /** Output channels of a block. */
  static final int OUT = 8;

  /** Vectors of positions of the wide kernel: 24 sums, 3 inputs, 1 weight in 32 registers. */
  static final int WIDE = 3;

  /** Bytes of one vector. */
  static final int VECTOR_BYTES = LANES * Float.BYTES;

  private ConvTile() {}

  /**
   * Adds a block's products to {@code OUT x WIDE} vectors of sums.
   *
   * @param x panel of the input
   * @param base byte offset of the first channel and position in x
   * @param channelBytes distance of two channels in x
   * @param tapBytes distance of each tap from its channel
   * @param w packed weights, from byte {@code weights} on
   * @param sums {@code [OUT][WIDE]} vectors from byte {@code at} on, zeroed by {@code fresh}
   */
  static void wide(
      MemorySegment x,
      long base,
      long channelBytes,
      int channels,
      int[] tapBytes,
      MemorySegment w,
      long weights,
      MemorySegment sums,
      long at,
      boolean fresh) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a0 = zero, a1 = zero, a2 = zero, b0 = zero, b1 = zero, b2 = zero;
    FloatVector c0 = zero, c1 = zero, c2 = zero, d0 = zero, d1 = zero, d2 = zero;
    FloatVector e0 = zero, e1 = zero, e2 = zero, f0 = zero, f1 = zero, f2 = zero;
    FloatVector g0 = zero, g1 = zero, g2 = zero, h0 = zero, h1 = zero, h2 = zero;
    if (!fresh) {
      a0 = sum(sums, at, 0);
      a1 = sum(sums, at, 1);
      a2 = sum(sums, at, 2);
      b0 = sum(sums, at, 3);
      b1 = sum(sums, at, 4);
      b2 = sum(sums, at, 5);
      c0 = sum(sums, at, 6);
      c1 = sum(sums, at, 7);
      c2 = sum(sums, at, 8);
      d0 = sum(sums, at, 9);
      d1 = sum(sums, at, 10);
      d2 = sum(sums, at, 11);
      e0 = sum(sums, at, 12);
      e1 = sum(sums, at, 13);
      e2 = sum(sums, at, 14);
      f0 = sum(sums, at, 15);
      f1 = sum(sums, at, 16);
      f2 = sum(sums, at, 17);
      g0 = sum(sums, at, 18);
      g1 = sum(sums, at, 19);
      g2 = sum(sums, at, 20);
      h0 = sum(sums, at, 21);
      h1 = sum(sums, at, 22);
      h2 = sum(sums, at, 23);
    }
    long k = weights;
    for (int c = 0; c < channels; c++) {
      long channel = base + c * channelBytes;
      for (int tap = 0; tap < tapBytes.length; tap++) {
        long p = channel + tapBytes[tap];
        FloatVector x0 = load(x, p);
        FloatVector x1 = load(x, p + VECTOR_BYTES);
        FloatVector x2 = load(x, p + 2 * VECTOR_BYTES);
        FloatVector v = weight(w, k);
        a0 = v.fma(x0, a0);
        a1 = v.fma(x1, a1);
        a2 = v.fma(x2, a2);
        v = weight(w, k + 4);
        b0 = v.fma(x0, b0);
        b1 = v.fma(x1, b1);
        b2 = v.fma(x2, b2);
        v = weight(w, k + 8);
        c0 = v.fma(x0, c0);
        c1 = v.fma(x1, c1);
        c2 = v.fma(x2, c2);
        v = weight(w, k + 12);
        d0 = v.fma(x0, d0);
        d1 = v.fma(x1, d1);
        d2 = v.fma(x2, d2);
        v = weight(w, k + 16);
        e0 = v.fma(x0, e0);
        e1 = v.fma(x1, e1);
        e2 = v.fma(x2, e2);
        v = weight(w, k + 20);
        f0 = v.fma(x0, f0);
        f1 = v.fma(x1, f1);
        f2 = v.fma(x2, f2);
        v = weight(w, k + 24);
        g0 = v.fma(x0, g0);
        g1 = v.fma(x1, g1);
        g2 = v.fma(x2, g2);
        v = weight(w, k + 28);
        h0 = v.fma(x0, h0);
        h1 = v.fma(x1, h1);
        h2 = v.fma(x2, h2);
        k += OUT * Float.BYTES;
      }
    }
    put(sums, at, 0, a0, a1, a2);
    put(sums, at, 3, b0, b1, b2);
    put(sums, at, 6, c0, c1, c2);
    put(sums, at, 9, d0, d1, d2);
    put(sums, at, 12, e0, e1, e2);
    put(sums, at, 15, f0, f1, f2);
    put(sums, at, 18, g0, g1, g2);
    put(sums, at, 21, h0, h1, h2);
  }

  /** {@link #wide} for a single vector of positions; sums stay {@code [OUT][WIDE]}. */
  static void narrow(
      MemorySegment x,
      long base,
      long channelBytes,
      int channels,
      int[] tapBytes,
      MemorySegment w,
      long weights,
      MemorySegment sums,
      long at,
      boolean fresh) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a = fresh ? zero : sum(sums, at, 0);
    FloatVector b = fresh ? zero : sum(sums, at, 3);
    FloatVector c = fresh ? zero : sum(sums, at, 6);
    FloatVector d = fresh ? zero : sum(sums, at, 9);
    FloatVector e = fresh ? zero : sum(sums, at, 12);
    FloatVector f = fresh ? zero : sum(sums, at, 15);
    FloatVector g = fresh ? zero : sum(sums, at, 18);
    FloatVector h = fresh ? zero : sum(sums, at, 21);
    long k = weights;
    for (int i = 0; i < channels; i++) {
      long channel = base + i * channelBytes;
      for (int tap = 0; tap < tapBytes.length; tap++) {
        FloatVector v = load(x, channel + tapBytes[tap]);
        a = weight(w, k).fma(v, a);
        b = weight(w, k + 4).fma(v, b);
        c = weight(w, k + 8).fma(v, c);
        d = weight(w, k + 12).fma(v, d);
        e = weight(w, k + 16).fma(v, e);
        f = weight(w, k + 20).fma(v, f);
        g = weight(w, k + 24).fma(v, g);
        h = weight(w, k + 28).fma(v, h);
        k += OUT * Float.BYTES;
      }
    }
    store(a, sums, at);
    store(b, sums, at + 3L * VECTOR_BYTES);
    store(c, sums, at + 6L * VECTOR_BYTES);
    store(d, sums, at + 9L * VECTOR_BYTES);
    store(e, sums, at + 12L * VECTOR_BYTES);
    store(f, sums, at + 15L * VECTOR_BYTES);
    store(g, sums, at + 18L * VECTOR_BYTES);
    store(h, sums, at + 21L * VECTOR_BYTES);
  }

  private static FloatVector weight(MemorySegment w, long offset) {
    return FloatVector.broadcast(SPECIES, w.get(VectorSupport.FLOAT, offset));
  }

  private static FloatVector sum(MemorySegment sums, long at, int index) {
    return load(sums, at + (long) index * VECTOR_BYTES);
  }

  private static void put(
      MemorySegment sums, long at, int index, FloatVector s0, FloatVector s1, FloatVector s2) {
    store(s0, sums, at + (long) index * VECTOR_BYTES);
    store(s1, sums, at + (index + 1L) * VECTOR_BYTES);
    store(s2, sums, at + (index + 2L) * VECTOR_BYTES);
  }
}
