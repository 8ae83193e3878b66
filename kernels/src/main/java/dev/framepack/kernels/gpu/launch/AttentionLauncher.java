package dev.framepack.kernels.gpu.launch;

import static dev.framepack.kernels.gpu.device.KernelArgument.float32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int32;
import static dev.framepack.kernels.gpu.device.KernelArgument.int64;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.Access;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap.ElementType;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap.Swizzle;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link Attention}. Three paths, chosen by {@link #path}: Hopper's wgmma, mma.sync, and float32
 * arithmetic, which serves every type and shape with heads of at most 512.
 */
final class AttentionLauncher implements Launcher {
  private static final int[] SIMT_HEAD_SIZES = {16, 32, 64, 128, 256, 512};
  private static final int[] MMA_HEAD_SIZES = {16, 32, 64, 80, 128, 256, 512};
  private static final int[] WGMMA_HEAD_SIZES = {64, 128};

  /** Keys of a tile of {@link Path#WGMMA}. */
  private static final int WGMMA_KEYS = 176;

  /** Elements of a row in 128 bytes, the span of the swizzle. */
  private static final int SWIZZLED_COLUMNS = 64;

  private final Map<PtxKernel, Integer> sharedBytes = new ConcurrentHashMap<>();

  /** How a call is computed. */
  enum Path {
    WGMMA,
    MMA,
    SIMT
  }

  @Override
  public List<PtxKernel> kernels() {
    List<PtxKernel> kernels = new ArrayList<>();
    for (DType dtype : List.of(DType.F32, DType.BF16, DType.F16)) {
      for (Path path : Path.values()) {
        if (path == Path.SIMT || dtype != DType.F32) {
          for (int size : headSizes(path)) {
            kernels.add(kernelOf(path, dtype, size));
          }
        }
      }
    }
    return kernels;
  }

  /**
   * The fastest path that serves a call. Tensor cores need 16-bit operands, rows of whole 16-byte
   * chunks and a positive scale (it is taken out of the maximum); wgmma also its own device, a key,
   * and heads of exactly a size it is built for.
   *
   * @param depth elements of a head
   */
  static Path path(DeviceInfo device, DType dtype, int depth, long keys, float scale) {
    if (dtype == DType.F32 || depth % 8 != 0 || depth > 512 || scale < Float.MIN_NORMAL) {
      return Path.SIMT;
    }
    boolean hopper = device.archSpecific() && device.computeCapability() == 90;
    return hopper && keys > 0 && (depth == 64 || depth == 128) ? Path.WGMMA : Path.MMA;
  }

  private static int[] headSizes(Path path) {
    return switch (path) {
      case WGMMA -> WGMMA_HEAD_SIZES;
      case MMA -> MMA_HEAD_SIZES;
      case SIMT -> SIMT_HEAD_SIZES;
    };
  }

  private static int headSize(Path path, int depth) {
    int[] sizes = headSizes(path);
    for (int size : sizes) {
      if (depth <= size) {
        return size;
      }
    }
    throw new KernelException(
        "attention: heads of at most %s have a kernel, found %s"
            .formatted(sizes[sizes.length - 1], depth));
  }

  /** The kernel of a path that takes heads of {@code depth}. */
  static PtxKernel kernel(Path path, DType dtype, int depth) {
    return kernelOf(path, dtype, headSize(path, depth));
  }

  private static PtxKernel kernelOf(Path path, DType dtype, int headSize) {
    String type = dtype.name().toLowerCase(Locale.ROOT);
    Map<String, Object> parameters = Map.of("T", type, "D", headSize);
    return switch (path) {
      case WGMMA ->
          new PtxKernel(
              "attention_%s_sm90a_d%s".formatted(type, headSize),
              "attention_wgmma",
              PtxKernel.Arch.SM_90A,
              384,
              Map.of("T", type, "D", headSize, "KEYS", WGMMA_KEYS));
      case MMA ->
          PtxKernel.of(
              "attention_%s_mma_d%s".formatted(type, headSize), "attention_mma", 128, parameters);
      case SIMT ->
          PtxKernel.of(
              "attention_%s_simt_d%s".formatted(type, headSize), "attention_simt", 128, parameters);
    };
  }

  /** Queries of one block. */
  private static int rows(Path path, int headSize) {
    return switch (path) {
      case WGMMA -> 128;
      case MMA -> headSize <= 128 ? 128 : headSize <= 256 ? 64 : 32;
      case SIMT -> headSize <= 128 ? 64 : 32;
    };
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Attention op = (Attention) call.op();
    Shape q = call.input(0).shape(); // [B, Nq, heads, d]
    if (q.elementCount() == 0) {
      return;
    }
    DType dtype = call.input(0).dtype();
    Path path =
        Extents.aligned(call, plan)
            ? path(plan.device(), dtype, q.size(3), call.input(1).shape().dim(1), op.scale())
            : Path.SIMT;
    int rows = rows(path, headSize(path, q.size(3)));
    PtxKernel kernel = kernel(path, dtype, q.size(3));
    List<KernelArgument> arguments = new ArrayList<>();
    for (int input = 0; input < 3; input++) {
      Tensor tensor = call.input(input);
      int box = input == 0 ? rows : WGMMA_KEYS;
      arguments.add(path == Path.WGMMA ? tensorMap(tensor, box, plan) : plan.read(tensor));
    }
    arguments.add(op.hasKeyMask() ? plan.read(call.input(3)) : int64(0));
    arguments.add(plan.write(call.output()));
    arguments.addAll(sizes(op, q, call.input(1).shape()));
    plan.launch(
        kernel,
        Dim3.of(Math.ceilDiv(q.dim(1), (long) rows), q.dim(2), q.dim(0)),
        sharedBytes.computeIfAbsent(kernel, k -> PtxTemplate.expand(k).sharedBytes()),
        arguments.toArray(KernelArgument[]::new));
  }

  private static List<KernelArgument> sizes(Attention op, Shape q, Shape k) {
    return List.of(
        int32(q.dim(1)),
        int32(k.dim(1)),
        int32(q.dim(2)),
        int32(k.dim(2)),
        int32(q.dim(3)),
        int32(period(op)),
        int32(op.mask() == Attention.Mask.PAIRWISE_PADDING ? 1 : 0),
        float32(op.scale() == 0 ? 1 : Math.abs(op.scale())),
        float32(Math.signum(op.scale())));
  }

  /** Positions that see the same keys: those up to the last of them; 0 without a causal mask. */
  private static int period(Attention op) {
    return switch (op.mask()) {
      case NONE, KEY_PADDING, PAIRWISE_PADDING -> 0;
      case CAUSAL -> 1;
      case FRAME_CAUSAL -> op.tokensPerFrame();
    };
  }

  /** Boxes of 64 columns of some tokens of one head of {@code [B, N, heads, d]}. */
  private static KernelArgument tensorMap(Tensor tensor, int tokens, LaunchPlan plan) {
    Shape shape = tensor.shape(); // [B, N, heads, d]
    long head = shape.dim(3) * tensor.dtype().byteSize();
    long token = shape.dim(2) * head;
    return new KernelArgument.TensorMap(
        tensor.dtype() == DType.BF16 ? ElementType.BFLOAT16 : ElementType.FLOAT16,
        new KernelArgument.Operand(plan.address(tensor), tensor.byteSize(), Access.READ),
        new long[] {shape.dim(3), shape.dim(2), shape.dim(1), shape.dim(0)},
        new long[] {head, token, shape.dim(1) * token},
        new int[] {SWIZZLED_COLUMNS, 1, tokens, 1},
        Swizzle.BYTES_128);
  }
}
