package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code pointwise.ptx}: activate, affine, swiglu. */
final class PointwiseLauncher implements Launcher {
  private static final int THREADS = 256;
  private static final TypedKernel AFFINE = kernel("affine", Map.of("OP", "affine"));
  private static final TypedKernel SWIGLU = kernel("swiglu", Map.of("OP", "swiglu"));
  private static final Map<Activation, TypedKernel> ACTIVATE = new EnumMap<>(Activation.class);

  static {
    for (Activation activation : Activation.values()) {
      String word = activation.name().toLowerCase(Locale.ROOT);
      ACTIVATE.put(
          activation, kernel("activate_" + word, Map.of("OP", "activate", "ACTIVATION", word)));
    }
  }

  private static TypedKernel kernel(String name, Map<String, Object> parameters) {
    return TypedKernel.of(name, "pointwise", THREADS, parameters);
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(ACTIVATE.values().stream(), Stream.of(AFFINE, SWIGLU))
        .flatMap(typed -> typed.all().stream())
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    switch (call.op()) {
      case Activate op -> launch(Objects.requireNonNull(ACTIVATE.get(op.activation())), call, plan);
      case SwiGlu _ -> launch(SWIGLU, call, plan);
      case Affine op ->
          launch(
              AFFINE,
              call,
              plan,
              KernelArgument.float32(op.scale()),
              KernelArgument.float32(op.shift()));
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  private static void launch(
      TypedKernel typed, OpCall call, LaunchPlan plan, KernelArgument... scalars) {
    Tensor y = call.output();
    long count = y.shape().elementCount();
    if (count == 0) {
      return;
    }
    List<KernelArgument> arguments = new ArrayList<>();
    call.inputs().forEach(input -> arguments.add(plan.read(input)));
    arguments.add(Extents.output(call, plan));
    long vectors = Extents.vectors(call, plan);
    arguments.add(Extents.count("vectors", vectors));
    arguments.add(Extents.count("elements", count));
    arguments.addAll(Arrays.asList(scalars));
    PtxKernel kernel = typed.of(y.dtype());
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, Math.max(vectors, count - vectors * Extents.vector(y))),
        arguments.toArray(KernelArgument[]::new));
  }
}
