package dev.framepack.kernels.gpu.launch;

import static dev.framepack.kernels.gpu.device.KernelArgument.int32;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code conv3d_direct.ptx} and {@code conv3d_any.ptx}: causal_conv3d and upsample_conv3d. */
final class ConvolutionLauncher implements Launcher {
  private static final int THREADS = 128;
  private static final int WARPS = THREADS / 32;
  private static final int DIRECT_COLUMNS = 8;
  private static final int ANY_OUTPUTS = 8;
  private static final int ANY_POSITIONS = 4;
  private static final TypedKernel ANY =
      TypedKernel.of("conv3d_any", "conv3d_any", THREADS, Map.of());
  private static final ConvWeightPacker ANY_WEIGHTS =
      ConvWeightPacker.floats("channels", ANY_OUTPUTS);

  /** One variant of the direct kernel; see its header. */
  private record Direct(int kernel, int outputs, int rows, boolean vectors, int registers) {
    int scale() {
      return kernel == 2 ? 2 : 1;
    }

    PtxKernel ptx() {
      return PtxKernel.of(
          "conv3d_direct_k%s_o%s_r%s_%s_f32"
              .formatted(kernel, outputs, rows, vectors ? "vectors" : "elements"),
          "conv3d_direct",
          THREADS,
          Map.of(
              "T", "f32",
              "KERNEL", kernel,
              "SCALE", scale(),
              "OUTPUTS", outputs,
              "ROWS", rows,
              "VECTORS", vectors,
              "REGISTERS", registers));
    }
  }

  private static final List<Direct> DIRECT =
      List.of(
          new Direct(1, 8, 1, true, 104),
          new Direct(1, 8, 1, false, 128),
          new Direct(2, 8, 2, true, 255),
          new Direct(2, 8, 2, false, 255),
          new Direct(3, 8, 1, true, 168),
          new Direct(3, 8, 1, false, 168),
          new Direct(3, 8, 2, true, 255),
          new Direct(3, 8, 2, false, 255),
          new Direct(3, 4, 2, true, 168),
          new Direct(3, 4, 2, false, 168));
  private static final ConvWeightPacker ROWS_4 = ConvWeightPacker.floats("rows", 4);
  private static final ConvWeightPacker ROWS_8 = ConvWeightPacker.floats("rows", 8);

  @Override
  public List<PtxKernel> kernels() {
    List<PtxKernel> all = new ArrayList<>(ANY.all());
    DIRECT.forEach(direct -> all.add(direct.ptx()));
    all.addAll(ANY_WEIGHTS.kernels().all());
    all.add(ROWS_4.kernels().of(DType.F32));
    all.add(ROWS_8.kernels().of(DType.F32));
    for (MmaConvolution mma : MmaConvolution.ALL) {
      all.addAll(halves(mma.kernels()));
      all.addAll(halves(mma.weights().kernels()));
    }
    return all;
  }

  private static List<PtxKernel> halves(TypedKernel kernel) {
    return List.of(kernel.of(DType.BF16), kernel.of(DType.F16));
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    if (call.output().shape().elementCount() == 0) {
      return;
    }
    ConvShape shape =
        switch (call.op()) {
          case CausalConv3d op -> ConvShape.of(op, call).flattened();
          case UpsampleConv3d op -> ConvShape.of(op, call);
          default -> throw new IllegalArgumentException(call.op().name());
        };
    boolean aligned = Extents.aligned(call, plan);
    if (call.output().dtype() == DType.F32) {
      if (hasDirect(shape)) {
        launchDirect(direct(shape, aligned), shape, call, plan);
      } else {
        launchAny(shape, call, plan);
      }
      return;
    }
    MmaConvolution.ALL.stream()
        .filter(mma -> aligned && mma.serves(shape))
        .min(Comparator.comparingInt(mma -> mma.cost(shape)))
        .ifPresentOrElse(
            mma -> launchMma(mma, shape, call, plan), () -> launchAny(shape, call, plan));
  }

  private static boolean hasDirect(ConvShape shape) {
    ConvShape.Axis rows = shape.rows();
    boolean square = rows.equals(shape.columns());
    boolean unstrided = rows.stride() == 1 && shape.time().stride() == 1;
    boolean causal = rows.scale() == 1 && (rows.taps() == 3 || rows.taps() == 1);
    boolean doubled = rows.scale() == 2 && rows.kernel() == 3;
    return square && unstrided && (causal || doubled);
  }

  private static Direct direct(ConvShape shape, boolean aligned) {
    int kernel = shape.rows().taps();
    int outputs = kernel == 3 && shape.outputs() <= 4 ? 4 : 8;
    boolean vectors = aligned && shape.width() % 4 == 0;
    return DIRECT.stream()
        .filter(d -> d.kernel == kernel && d.outputs == outputs && d.vectors == vectors)
        .min((a, b) -> Long.compare(work(a, shape), work(b, shape)))
        .orElseThrow();
  }

  /** Multiply-adds of a tap, warps as a whole; the taller tile wins a tie by its fewer loads. */
  private static long work(Direct direct, ConvShape shape) {
    return Math.ceilDiv(items(direct, shape), 32) * direct.rows * 16 - direct.rows;
  }

  private static long items(Direct direct, ConvShape shape) {
    return (long) shape.batch()
        * shape.positionsT()
        * Math.ceilDiv(shape.positionsH(), direct.rows)
        * Math.ceilDiv(shape.positionsW(), DIRECT_COLUMNS);
  }

  private static void launchDirect(Direct direct, ConvShape shape, OpCall call, LaunchPlan plan) {
    ConvWeightPacker weights = direct.outputs == 4 ? ROWS_4 : ROWS_8;
    int blocks = Math.ceilDiv(shape.outputs(), direct.outputs);
    int warpsInOutputs = Math.min(WARPS, Integer.highestOneBit(blocks));
    long items = items(direct, shape);
    plan.launch(
        direct.ptx(),
        Dim3.of(
            Math.ceilDiv(items, 32L * (WARPS / warpsInOutputs)),
            Math.ceilDiv(blocks, warpsInOutputs),
            shape.phases()),
        arguments(
            shape,
            call,
            plan,
            weights,
            int32(warpsInOutputs),
            int32(Math.ceilDiv(shape.positionsH(), direct.rows)),
            int32(Math.ceilDiv(shape.positionsW(), DIRECT_COLUMNS)),
            int32(items)));
  }

  private static void launchMma(MmaConvolution mma, ConvShape shape, OpCall call, LaunchPlan plan) {
    plan.launch(
        mma.kernels().of(call.output().dtype()),
        mma.grid(shape),
        mma.sharedBytes(),
        arguments(
            shape,
            call,
            plan,
            mma.weights(),
            int32(shape.phases()),
            int32(mma.outputBlocks(shape)),
            int32(mma.rowTiles(shape)),
            int32(mma.columnTiles(shape))));
  }

  private static void launchAny(ConvShape shape, OpCall call, LaunchPlan plan) {
    int rows = shape.positionsH();
    int columns = shape.positionsW();
    long items = (long) shape.batch() * shape.positionsT() * rows * columns;
    plan.launch(
        ANY.of(call.output().dtype()),
        Dim3.of(
            Math.ceilDiv(items, (long) ANY_POSITIONS * THREADS),
            Math.ceilDiv(shape.outputs(), ANY_OUTPUTS),
            shape.phases()),
        arguments(shape, call, plan, ANY_WEIGHTS, int32(rows), int32(columns), int32(items)));
  }

  private static KernelArgument[] arguments(
      ConvShape s, OpCall call, LaunchPlan plan, ConvWeightPacker packer, KernelArgument... own) {
    Tensor residual = call.inputs().size() > 3 ? call.input(3) : null; // [B, O, T', H', W']
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(call.input(0)));
    arguments.add(packer.pack(call.input(1), s, plan));
    arguments.add(plan.read(call.input(2)));
    arguments.add(residual == null ? KernelArgument.int64(0) : plan.read(residual));
    arguments.add(Extents.output(call, plan));
    int[] sizes = {
      s.channels(),
      s.outputs(),
      s.frames(),
      s.height(),
      s.width(),
      s.outFrames(),
      s.outHeight(),
      s.outWidth(),
      s.time().taps(),
      s.rows().taps(),
      s.columns().taps(),
      s.time().stride(),
      s.columns().stride(),
      s.time().scale(),
      s.columns().scale(),
      s.time().pad(),
      s.rows().pad(),
      s.columns().pad()
    };
    for (int size : sizes) {
      arguments.add(int32(size));
    }
    arguments.addAll(Arrays.asList(own));
    return arguments.toArray(KernelArgument[]::new);
  }
}
