package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.FramesToRgb8.Rounding;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code cast.ptx}, {@code frames_to_rgb8.ptx}, {@code timestep_embedding.ptx}. */
final class ConversionLauncher implements Launcher {
  private static final int THREADS = 256;

  /** By the type cast from. */
  private static final Map<DType, TypedKernel> CAST = new EnumMap<>(DType.class);

  private static final Map<Rounding, TypedKernel> FRAMES_TO_RGB8 = new EnumMap<>(Rounding.class);
  private static final PtxKernel TIMESTEP_EMBEDDING =
      PtxKernel.of("timestep_embedding", "timestep_embedding", THREADS, Map.of("T", "f32"));

  static {
    for (DType from : TypedKernel.TYPES) {
      String word = TypedKernel.word(from);
      CAST.put(from, TypedKernel.of("cast_" + word, "cast", THREADS, Map.of("FROM", word)));
    }
    for (Rounding rounding : Rounding.values()) {
      String word = rounding.name().toLowerCase(Locale.ROOT);
      FRAMES_TO_RGB8.put(
          rounding,
          TypedKernel.of(
              "frames_to_rgb8_" + word, "frames_to_rgb8", THREADS, Map.of("ROUNDING", word)));
    }
  }

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(
            Stream.concat(CAST.values().stream(), FRAMES_TO_RGB8.values().stream())
                .flatMap(typed -> typed.all().stream()),
            Stream.of(TIMESTEP_EMBEDDING))
        .toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor x = call.input(0);
    Tensor y = call.output();
    if (y.shape().elementCount() == 0) {
      return;
    }
    switch (call.op()) {
      case Cast _ ->
          quads(
              Objects.requireNonNull(CAST.get(x.dtype())).of(y.dtype()),
              y.shape().elementCount(),
              1,
              call,
              plan);
      case FramesToRgb8 op ->
          quads(
              Objects.requireNonNull(FRAMES_TO_RGB8.get(op.rounding())).of(x.dtype()),
              x.shape().product(2, 5),
              3,
              call,
              plan);
      case TimestepEmbedding op ->
          plan.launch(
              TIMESTEP_EMBEDDING,
              Extents.blocks(TIMESTEP_EMBEDDING, y.shape().elementCount()),
              plan.read(x),
              plan.write(y),
              Extents.count("half", op.channels() / 2),
              Extents.count("elements", y.shape().elementCount()));
      default -> throw new IllegalArgumentException(call.op().name());
    }
  }

  /** Four positions at a time, where every plane begins on a multiple of four elements. */
  private static void quads(
      PtxKernel kernel, long positions, int planes, OpCall call, LaunchPlan plan) {
    boolean aligned = Extents.aligned(call, plan) && (planes == 1 || positions % 4 == 0);
    long quads = aligned ? positions / 4 : 0;
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, Math.max(quads, positions - 4 * quads)),
        plan.read(call.input(0)),
        Extents.output(call, plan),
        Extents.count("quads", quads),
        Extents.count("positions", positions));
  }
}
