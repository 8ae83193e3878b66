package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.RotaryEmbedding.Pairing;
import dev.framepack.kernels.tensor.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code rotary.ptx} and {@code rotary_any.ptx}: rotary embedding, alone and after an RMS norm. */
final class RotaryLauncher implements Launcher {
  private static final int THREADS = 128;
  private static final int WARP = 32;

  /** Values of a head that one thread of the vector kernel holds. */
  private static final int VALUES_PER_THREAD = 8;

  /** Heads of 8, 16, ... 256 values in vectors, and all others. */
  private record Kernels(TypedKernel vector, TypedKernel any) {

    static Kernels of(String op, boolean norm, Pairing pairing) {
      String word = pairing.name().toLowerCase(Locale.ROOT);
      Map<String, Object> parameters = Map.of("NORM", norm ? 1 : 0, "PAIRING", word);
      String name = op + "_" + word;
      return new Kernels(
          TypedKernel.of(name, "rotary", THREADS, parameters),
          TypedKernel.of(name + "_any", "rotary_any", THREADS, parameters));
    }
  }

  private static final Map<Pairing, Kernels> ROTARY_EMBEDDING = new EnumMap<>(Pairing.class);
  private static final Map<Pairing, Kernels> RMS_NORM_ROTARY = new EnumMap<>(Pairing.class);

  static {
    for (Pairing pairing : Pairing.values()) {
      ROTARY_EMBEDDING.put(pairing, Kernels.of("rotary_embedding", false, pairing));
      RMS_NORM_ROTARY.put(pairing, Kernels.of("rms_norm_rotary", true, pairing));
    }
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(ROTARY_EMBEDDING.values().stream(), RMS_NORM_ROTARY.values().stream())
        .flatMap(kernels -> Stream.of(kernels.vector, kernels.any))
        .flatMap(typed -> typed.all().stream())
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    switch (call.op()) {
      case RotaryEmbedding op ->
          launch(Objects.requireNonNull(ROTARY_EMBEDDING.get(op.pairing())), 1, call, plan);
      case RmsNormRotary op ->
          launch(
              Objects.requireNonNull(RMS_NORM_ROTARY.get(op.pairing())),
              2,
              call,
              plan,
              KernelArgument.float32(op.eps()));
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void launch(
      Kernels kernels, int cosInput, OpCall call, LaunchPlan plan, KernelArgument... eps) {
    Shape shape = call.output().shape(); // [B, N, heads, d]
    if (shape.elementCount() == 0) {
      return;
    }
    long depth = shape.dim(3);
    long lanes = depth / VALUES_PER_THREAD;
    boolean vector =
        depth % VALUES_PER_THREAD == 0
            && Long.bitCount(lanes) == 1
            && lanes <= WARP
            && Extents.aligned(call, plan);
    PtxKernel kernel = (vector ? kernels.vector : kernels.any).of(call.output().dtype());
    long warps = shape.product(0, vector ? 2 : 3);
    List<KernelArgument> arguments = new ArrayList<>();
    call.inputs().forEach(input -> arguments.add(plan.read(input)));
    arguments.add(Extents.output(call, plan));
    arguments.add(Extents.count("rows", warps));
    arguments.add(Extents.count("tokens", shape.dim(1)));
    arguments.add(Extents.count("heads", shape.dim(2)));
    arguments.add(Extents.count("head size", vector ? lanes : depth / 2));
    arguments.add(Extents.count("rotated", call.input(cosInput).shape().dim(0)));
    arguments.addAll(List.of(eps));
    plan.launch(
        kernel,
        Dim3.of(Math.min(Math.ceilDiv(warps, THREADS / WARP), Extents.resident(plan, kernel))),
        arguments.toArray(KernelArgument[]::new));
  }
}
