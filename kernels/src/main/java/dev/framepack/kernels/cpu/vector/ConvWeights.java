package dev.framepack.kernels.cpu.vector;

import dev.framepack.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Convolution weights in the order the tile kernel reads them: {@code [C blocks][O blocks][channel
 * in block][tap][output channel in block]}, output channels filled up with zeros to whole blocks of
 * {@link ConvTile#OUT}.
 */
final class ConvWeights {
  /** Products that are summed in registers before a partial sum goes back to memory, about. */
  private static final int PRODUCTS_PER_BLOCK = 216;

  private ConvWeights() {}

  /** Input channels of a full block, for a kernel with this many taps. */
  static int channelsPerBlock(int taps) {
    return Math.max(1, PRODUCTS_PER_BLOCK / taps);
  }

  static int outBlocks(int outChannels) {
    return Math.ceilDiv(outChannels, ConvTile.OUT);
  }

  static float[] allocate(Tensor weight) {
    long channels = (long) outBlocks(weight.shape().size(0)) * ConvTile.OUT;
    return new float[Math.toIntExact(channels * weight.shape().product(1, 5))];
  }

  static MemorySegment packed(Tensor weight) {
    float[] packed = allocate(weight);
    pack(weight, packed);
    return MemorySegment.ofArray(packed);
  }

  /** Packs weight {@code [O, C, kt, kh, kw]}; what fills up the last block is left as it is. */
  static void pack(Tensor weight, float[] packed) {
    int taps = Math.toIntExact(weight.shape().product(2, 5));
    pack(weight.hostSegment(), weight.shape().size(0), weight.shape().size(1), taps, packed);
  }

  /** Packs {@code [O, C, taps]}. */
  static void pack(
      MemorySegment source, int outChannels, int inChannels, int taps, float[] packed) {
    int blockChannels = channelsPerBlock(taps);
    int at = 0;
    for (int first = 0; first < inChannels; first += blockChannels) {
      int last = Math.min(first + blockChannels, inChannels);
      for (int out = 0; out < outBlocks(outChannels) * ConvTile.OUT; out += ConvTile.OUT) {
        for (long k = (long) first * taps; k < (long) last * taps; k++) {
          for (int o = out; o < out + ConvTile.OUT; o++, at++) {
            if (o < outChannels) {
              packed[at] = source.getAtIndex(VectorSupport.FLOAT, (long) o * inChannels * taps + k);
            }
          }
        }
      }
    }
  }
}
