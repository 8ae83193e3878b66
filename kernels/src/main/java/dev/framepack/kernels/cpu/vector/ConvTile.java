package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.LANES;
import static dev.framepack.kernels.cpu.vector.VectorSupport.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loops of the convolution: one block of output channels times a few vectors of
 * positions, summed in registers over a block of input channels and all taps. Every output is the
 * same chain of fused multiply-adds whichever kernel computes it. All memory is arrays: with memory
 * segments methods this long grow past what the compilers take.
 */
final class ConvTile {
  /** Output channels of a block. */
  static final int OUT = 8;

  /** Vectors of positions of the wide kernel: 24 sums, 3 inputs, 1 weight in 32 registers. */
  static final int WIDE = 3;

  /** Vectors this long come with the 32 registers the wide kernel needs. */
  private static final int WIDE_LANES = 16;

  /** Floats of the sums of one block. */
  static final int SUMS = OUT * WIDE * LANES;

  private ConvTile() {}

  /**
   * Sums of all output channels for one tile of positions.
   *
   * @param scratch the panel from index 0 on and, from index {@code sums} on, the result {@code [O
   *     blocks][OUT][WIDE]} vectors
   * @param position first position of the tile
   * @param vectors vectors of positions that count, at most {@link #WIDE}
   * @param weights packed by {@link ConvWeights}
   */
  static void sums(
      float[] scratch,
      int position,
      int vectors,
      int inChannels,
      int channelFloats,
      int[] taps,
      float[] weights,
      int outBlocks,
      int sums) {
    int blockChannels = ConvWeights.channelsPerBlock(taps.length);
    Arrays.fill(scratch, sums, sums + outBlocks * SUMS, 0f);
    int w = 0;
    for (int c = 0; c < inChannels; c += blockChannels) {
      int channels = Math.min(blockChannels, inChannels - c);
      int base = position + c * channelFloats;
      int at = sums;
      for (int o = 0; o < outBlocks; o++) {
        if (vectors == WIDE && LANES >= WIDE_LANES) {
          wide(scratch, base, channelFloats, channels, taps, weights, w, scratch, at);
        } else {
          for (int v = 0; v < vectors * LANES; v += LANES) {
            narrow(scratch, base + v, channelFloats, channels, taps, weights, w, scratch, at + v);
          }
        }
        w += channels * taps.length * OUT;
        at += SUMS;
      }
    }
  }

  /**
   * Adds a block's products to {@code OUT x WIDE} vectors of sums.
   *
   * @param x panel of the input
   * @param base index of the first channel and position in x
   * @param channelFloats distance of two channels in x
   * @param taps distance of each tap from its channel
   * @param w packed weights, from index {@code weights} on
   * @param sums {@code [OUT][WIDE]} vectors from index {@code at} on
   */
  static void wide(
      float[] x,
      int base,
      int channelFloats,
      int channels,
      int[] taps,
      float[] w,
      int weights,
      float[] sums,
      int at) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector a1 = FloatVector.fromArray(SPECIES, sums, at + 1 * LANES);
    FloatVector a2 = FloatVector.fromArray(SPECIES, sums, at + 2 * LANES);
    FloatVector b0 = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector b1 = FloatVector.fromArray(SPECIES, sums, at + 4 * LANES);
    FloatVector b2 = FloatVector.fromArray(SPECIES, sums, at + 5 * LANES);
    FloatVector c0 = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector c1 = FloatVector.fromArray(SPECIES, sums, at + 7 * LANES);
    FloatVector c2 = FloatVector.fromArray(SPECIES, sums, at + 8 * LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    FloatVector d1 = FloatVector.fromArray(SPECIES, sums, at + 10 * LANES);
    FloatVector d2 = FloatVector.fromArray(SPECIES, sums, at + 11 * LANES);
    FloatVector e0 = FloatVector.fromArray(SPECIES, sums, at + 12 * LANES);
    FloatVector e1 = FloatVector.fromArray(SPECIES, sums, at + 13 * LANES);
    FloatVector e2 = FloatVector.fromArray(SPECIES, sums, at + 14 * LANES);
    FloatVector f0 = FloatVector.fromArray(SPECIES, sums, at + 15 * LANES);
    FloatVector f1 = FloatVector.fromArray(SPECIES, sums, at + 16 * LANES);
    FloatVector f2 = FloatVector.fromArray(SPECIES, sums, at + 17 * LANES);
    FloatVector g0 = FloatVector.fromArray(SPECIES, sums, at + 18 * LANES);
    FloatVector g1 = FloatVector.fromArray(SPECIES, sums, at + 19 * LANES);
    FloatVector g2 = FloatVector.fromArray(SPECIES, sums, at + 20 * LANES);
    FloatVector h0 = FloatVector.fromArray(SPECIES, sums, at + 21 * LANES);
    FloatVector h1 = FloatVector.fromArray(SPECIES, sums, at + 22 * LANES);
    FloatVector h2 = FloatVector.fromArray(SPECIES, sums, at + 23 * LANES);
    int k = weights;
    for (int c = 0; c < channels; c++) {
      int channel = base + c * channelFloats;
      for (int tap = 0; tap < taps.length; tap++) {
        int p = channel + taps[tap];
        FloatVector x0 = FloatVector.fromArray(SPECIES, x, p);
        FloatVector x1 = FloatVector.fromArray(SPECIES, x, p + LANES);
        FloatVector x2 = FloatVector.fromArray(SPECIES, x, p + 2 * LANES);
        FloatVector v = FloatVector.broadcast(SPECIES, w[k]);
        a0 = v.fma(x0, a0);
        a1 = v.fma(x1, a1);
        a2 = v.fma(x2, a2);
        v = FloatVector.broadcast(SPECIES, w[k + 1]);
        b0 = v.fma(x0, b0);
        b1 = v.fma(x1, b1);
        b2 = v.fma(x2, b2);
        v = FloatVector.broadcast(SPECIES, w[k + 2]);
        c0 = v.fma(x0, c0);
        c1 = v.fma(x1, c1);
        c2 = v.fma(x2, c2);
        v = FloatVector.broadcast(SPECIES, w[k + 3]);
        d0 = v.fma(x0, d0);
        d1 = v.fma(x1, d1);
        d2 = v.fma(x2, d2);
        v = FloatVector.broadcast(SPECIES, w[k + 4]);
        e0 = v.fma(x0, e0);
        e1 = v.fma(x1, e1);
        e2 = v.fma(x2, e2);
        v = FloatVector.broadcast(SPECIES, w[k + 5]);
        f0 = v.fma(x0, f0);
        f1 = v.fma(x1, f1);
        f2 = v.fma(x2, f2);
        v = FloatVector.broadcast(SPECIES, w[k + 6]);
        g0 = v.fma(x0, g0);
        g1 = v.fma(x1, g1);
        g2 = v.fma(x2, g2);
        v = FloatVector.broadcast(SPECIES, w[k + 7]);
        h0 = v.fma(x0, h0);
        h1 = v.fma(x1, h1);
        h2 = v.fma(x2, h2);
        k += OUT;
      }
    }
    a0.intoArray(sums, at + 0 * LANES);
    a1.intoArray(sums, at + 1 * LANES);
    a2.intoArray(sums, at + 2 * LANES);
    b0.intoArray(sums, at + 3 * LANES);
    b1.intoArray(sums, at + 4 * LANES);
    b2.intoArray(sums, at + 5 * LANES);
    c0.intoArray(sums, at + 6 * LANES);
    c1.intoArray(sums, at + 7 * LANES);
    c2.intoArray(sums, at + 8 * LANES);
    d0.intoArray(sums, at + 9 * LANES);
    d1.intoArray(sums, at + 10 * LANES);
    d2.intoArray(sums, at + 11 * LANES);
    e0.intoArray(sums, at + 12 * LANES);
    e1.intoArray(sums, at + 13 * LANES);
    e2.intoArray(sums, at + 14 * LANES);
    f0.intoArray(sums, at + 15 * LANES);
    f1.intoArray(sums, at + 16 * LANES);
    f2.intoArray(sums, at + 17 * LANES);
    g0.intoArray(sums, at + 18 * LANES);
    g1.intoArray(sums, at + 19 * LANES);
    g2.intoArray(sums, at + 20 * LANES);
    h0.intoArray(sums, at + 21 * LANES);
    h1.intoArray(sums, at + 22 * LANES);
    h2.intoArray(sums, at + 23 * LANES);
  }

  /** {@link #wide} for a single vector of positions; sums stay {@code [OUT][WIDE]}. */
  static void narrow(
      float[] x,
      int base,
      int channelFloats,
      int channels,
      int[] taps,
      float[] w,
      int weights,
      float[] sums,
      int at) {
    FloatVector a = FloatVector.fromArray(SPECIES, sums, at + 0 * LANES);
    FloatVector b = FloatVector.fromArray(SPECIES, sums, at + 3 * LANES);
    FloatVector c = FloatVector.fromArray(SPECIES, sums, at + 6 * LANES);
    FloatVector d = FloatVector.fromArray(SPECIES, sums, at + 9 * LANES);
    FloatVector e = FloatVector.fromArray(SPECIES, sums, at + 12 * LANES);
    FloatVector f = FloatVector.fromArray(SPECIES, sums, at + 15 * LANES);
    FloatVector g = FloatVector.fromArray(SPECIES, sums, at + 18 * LANES);
    FloatVector h = FloatVector.fromArray(SPECIES, sums, at + 21 * LANES);
    int k = weights;
    for (int i = 0; i < channels; i++) {
      int channel = base + i * channelFloats;
      for (int tap = 0; tap < taps.length; tap++) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, channel + taps[tap]);
        a = FloatVector.broadcast(SPECIES, w[k]).fma(v, a);
        b = FloatVector.broadcast(SPECIES, w[k + 1]).fma(v, b);
        c = FloatVector.broadcast(SPECIES, w[k + 2]).fma(v, c);
        d = FloatVector.broadcast(SPECIES, w[k + 3]).fma(v, d);
        e = FloatVector.broadcast(SPECIES, w[k + 4]).fma(v, e);
        f = FloatVector.broadcast(SPECIES, w[k + 5]).fma(v, f);
        g = FloatVector.broadcast(SPECIES, w[k + 6]).fma(v, g);
        h = FloatVector.broadcast(SPECIES, w[k + 7]).fma(v, h);
        k += OUT;
      }
    }
    a.intoArray(sums, at + 0 * LANES);
    b.intoArray(sums, at + 3 * LANES);
    c.intoArray(sums, at + 6 * LANES);
    d.intoArray(sums, at + 9 * LANES);
    e.intoArray(sums, at + 12 * LANES);
    f.intoArray(sums, at + 15 * LANES);
    g.intoArray(sums, at + 18 * LANES);
    h.intoArray(sums, at + 21 * LANES);
  }
}
