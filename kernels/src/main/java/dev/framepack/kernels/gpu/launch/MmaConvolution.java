package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.device.Dim3;
import java.util.List;
import java.util.Map;

/**
 * One variant of {@code conv3d_mma.ptx}; see its header.
 *
 * @param kernel taps in height and in width
 * @param stride in height and in width
 * @param warpsM warps side by side in outputs
 * @param fragmentsM of 16 outputs, of a warp
 * @param fragmentsN of 8 positions, of a warp
 * @param registers budget of a thread
 */
record MmaConvolution(
    int kernel, int stride, int warpsM, int fragmentsM, int fragmentsN, int registers) {
  private static final int THREADS = 256;
  private static final int TILE_POSITIONS = 128;
  private static final int CHANNELS = 32;
  private static final int ELEMENT_BYTES = 2;
  private static final int STEPS_IN_FLIGHT = 3;
  private static final int GATHER_COST = 48;

  static final List<MmaConvolution> ALL =
      List.of(
          new MmaConvolution(1, 1, 1, 1, 2, 88),
          new MmaConvolution(1, 1, 2, 4, 4, 128),
          new MmaConvolution(2, 1, 1, 1, 2, 104),
          new MmaConvolution(2, 1, 2, 4, 4, 128),
          new MmaConvolution(3, 1, 1, 1, 2, 104),
          new MmaConvolution(3, 1, 2, 2, 4, 128),
          new MmaConvolution(3, 1, 2, 4, 4, 128),
          new MmaConvolution(3, 2, 1, 1, 2, 184),
          new MmaConvolution(3, 2, 2, 4, 4, 255));

  /** Output channels of a block. */
  int outputs() {
    return warpsM * fragmentsM * 16;
  }

  private int tileColumns() {
    return kernel == 1 ? TILE_POSITIONS : 16;
  }

  private int tileRows() {
    return TILE_POSITIONS / tileColumns();
  }

  private int scale() {
    return kernel == 2 ? 2 : 1;
  }

  boolean serves(ConvShape shape) {
    ConvShape.Axis rows = shape.rows();
    boolean sameKernel = rows.equals(shape.columns()) && rows.taps() == kernel;
    boolean doubled = rows.scale() == 2 && rows.kernel() == 3;
    return sameKernel && rows.stride() == stride && (scale() == 2 ? doubled : rows.scale() == 1);
  }

  /**
   * What a variant costs, to compare: outputs computed, padding included, and for each block what
   * gathering the source costs in outputs.
   */
  int cost(ConvShape shape) {
    return outputBlocks(shape) * (outputs() + GATHER_COST);
  }

  TypedKernel kernels() {
    return TypedKernel.of(
        "conv3d_mma_k%s_s%s_o%s".formatted(kernel, stride, outputs()),
        "conv3d_mma",
        THREADS,
        Map.of(
            "KERNEL", kernel,
            "STRIDE", stride,
            "SCALE", scale(),
            "TILE_W", tileColumns(),
            "WARPS_M", warpsM,
            "FRAGMENTS_M", fragmentsM,
            "FRAGMENTS_N", fragmentsN,
            "RESIDENT", stride == 1 ? 2 : 1,
            "REGISTERS", registers));
  }

  ConvWeightPacker weights() {
    return ConvWeightPacker.tiles(outputs(), CHANNELS);
  }

  int sharedBytes() {
    int halo = ((tileRows() - 1) * stride + kernel) * ((tileColumns() - 1) * stride + kernel);
    return (STEPS_IN_FLIGHT * kernel * outputs() + 2 * halo) * CHANNELS * ELEMENT_BYTES;
  }

  int outputBlocks(ConvShape shape) {
    return Math.ceilDiv(shape.outputs(), outputs());
  }

  int rowTiles(ConvShape shape) {
    return Math.ceilDiv(shape.positionsH(), tileRows());
  }

  int columnTiles(ConvShape shape) {
    return Math.ceilDiv(shape.positionsW(), tileColumns());
  }

  Dim3 grid(ConvShape shape) {
    return Dim3.of(
        (long) shape.batch()
            * shape.positionsT()
            * rowTiles(shape)
            * columnTiles(shape)
            * shape.phases()
            * outputBlocks(shape));
  }
}
