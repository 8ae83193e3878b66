package dev.framepack.kernels.conformance.pack;

import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import org.jspecify.annotations.Nullable;

/**
 * One micro-kernel with its input. Thread i of the one block (or of each block of a cluster) reads
 * the words {@code input[j * threads + i]} and writes {@code output[j * threads + i]}.
 *
 * @param outputWords words each thread writes
 * @param blocks blocks of the grid; block b has its own stretch of the output
 * @param result how outputs are compared
 * @param ulps largest difference of a float32 result in units of the last place; 0 is bit for bit
 * @param map a tensor map of the input or the output, or null
 */
public record MicroKernel(
    PtxKernel kernel,
    int[] input,
    int outputWords,
    int blocks,
    Result result,
    int ulps,
    @Nullable Map map) {

  /** What an output word is. */
  public enum Result {
    BITS,
    /** A float32; any NaN equals any other. */
    FLOAT32
  }

  /**
   * The tensor map of a two-dimensional bf16 matrix, which is the input (or the output) from a byte
   * offset on.
   *
   * @param store true when the map is of the output
   */
  public record Map(
      boolean store,
      int byteOffset,
      int columns,
      int rows,
      int rowBytes,
      int boxColumns,
      int boxRows,
      TensorMap.Swizzle swizzle) {}

  public String name() {
    return kernel.name();
  }

  /** Words of the whole output. */
  public int outputSize() {
    return outputWords * kernel.threads() * blocks;
  }

  /** True when a recorded or expected word and a found one agree. */
  public boolean agrees(int expected, int found) {
    if (expected == found) {
      return true;
    }
    if (result == Result.BITS) {
      return false;
    }
    float e = Float.intBitsToFloat(expected);
    float f = Float.intBitsToFloat(found);
    if (Float.isNaN(e) || Float.isNaN(f)) {
      return Float.isNaN(e) && Float.isNaN(f);
    }
    return Math.abs(ordinal(e) - ordinal(f)) <= ulps;
  }

  /** Position among the floats; both zeros at 0. */
  private static long ordinal(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits >= 0 ? bits : -(long) (bits & Integer.MAX_VALUE);
  }
}
