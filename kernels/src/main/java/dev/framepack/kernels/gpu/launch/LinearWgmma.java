package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code linear_wgmma.ptx}: products of 16-bit matrices on Hopper, in tiles of one width. */
enum LinearWgmma {
  NARROW("linear_wgmma_narrow", 128, 6),
  WIDE("linear_wgmma", 256, 4);

  private static final int TILE_ROWS = 128;
  private static final int DEPTH_OF_STAGE = 64;
  private static final int THREADS = 384;

  private final int tileColumns;

  private final Map<DType, PtxKernel> kernels;
  private final int sharedBytes;

  LinearWgmma(String name, int tileColumns, int stages) {
    this.tileColumns = tileColumns;
    this.kernels =
        Map.of(
            DType.BF16, kernel(name, DType.BF16, tileColumns, stages),
            DType.F16, kernel(name, DType.F16, tileColumns, stages));
    this.sharedBytes =
        PtxTemplate.expand(Objects.requireNonNull(kernels.get(DType.BF16))).sharedBytes();
  }

  private static PtxKernel kernel(String name, DType type, int tileColumns, int stages) {
    String word = TypedKernel.word(type);
    return new PtxKernel(
        name + "_" + word,
        "linear_wgmma",
        PtxKernel.Arch.SM_90A,
        THREADS,
        Map.of("T", word, "TILE_N", tileColumns, "STAGES", stages));
  }

  static List<PtxKernel> kernels() {
    return Stream.of(values())
        .flatMap(shape -> Stream.of(shape.kernels.get(DType.BF16), shape.kernels.get(DType.F16)))
        .toList();
  }

  /**
   * @param epilogue the arguments after x and W
   */
  void launch(OpCall call, List<KernelArgument> epilogue, LaunchPlan plan) {
    Tensor y = call.output();
    long columns = y.shape().dim(-1);
    long rows = y.shape().elementCount() / columns;
    long tiles = LinearVariant.tiles(rows, columns, TILE_ROWS, tileColumns);
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(map(call.input(0), rows, TILE_ROWS, plan));
    arguments.add(map(call.input(1), columns, tileColumns, plan));
    arguments.addAll(epilogue);
    plan.launch(
        Objects.requireNonNull(kernels.get(y.dtype())),
        Dim3.of(Math.min(tiles, plan.device().multiprocessors())),
        sharedBytes,
        arguments.toArray(KernelArgument[]::new));
  }

  /** A matrix [rows, depth] in boxes of one stage. */
  private static TensorMap map(Tensor matrix, long rows, int boxRows, LaunchPlan plan) {
    long depth = matrix.shape().dim(-1);
    return new TensorMap(
        matrix.dtype() == DType.BF16
            ? TensorMap.ElementType.BFLOAT16
            : TensorMap.ElementType.FLOAT16,
        (KernelArgument.Operand) plan.read(matrix),
        new long[] {depth, rows},
        new long[] {depth * matrix.dtype().byteSize()},
        new int[] {DEPTH_OF_STAGE, boxRows},
        TensorMap.Swizzle.BYTES_128);
  }
}
