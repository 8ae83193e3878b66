package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.FrameIndices;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.RopeTables;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.sampler.Sampler;
import dev.framepack.engine.sampler.SigmaSchedule;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Denoises one section after the other of a video. Everything is compiled for the section's shape
 * once; a section brings its noise, its packed history and its frame indices.
 */
final class SectionDenoiser implements AutoCloseable {

  /**
   * How predictions are guided.
   *
   * @param negative conditioning of the negative prompt, or null for a single pass
   * @param trueCfgScale weight of the positive prediction against the negative one
   * @param rescale 0-1, how far the guided prediction takes back the positive one's spread
   * @param teaCacheThreshold step caching, or empty
   */
  record Guidance(
      StepConditioning positive,
      @Nullable StepConditioning negative,
      double trueCfgScale,
      double rescale,
      OptionalDouble teaCacheThreshold) {}

  private static final int SAMPLER_LATENTS = 8;

  private final Backend backend;
  private final PackedTransformer transformer;
  private final PackedShape shape;
  private final SigmaSchedule schedule;
  private final Sampler sampler;
  private final Guidance guidance;
  private final CompiledGraph history;
  private final TensorMath tables;
  private final Tensor ropeCos;
  private final Tensor ropeSin;
  private final Tensor rescale;
  private final Tensor finite;
  private final GuidanceBranch positive;
  private final @Nullable GuidanceBranch negative;

  SectionDenoiser(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      SigmaSchedule schedule,
      Sampler sampler,
      Guidance guidance) {
    this.backend = backend;
    this.transformer = transformer;
    this.shape = shape;
    this.schedule = schedule;
    this.sampler = sampler;
    this.guidance = guidance;
    TensorType table =
        TensorType.f32(
            shape.packedTokens(transformer.patch()), transformer.config().attentionHeadDim());
    TensorType scalar = TensorType.f32(1);
    this.tables = new TensorMath(backend, "section", List.of(table, table, scalar, scalar));
    this.ropeCos = tables.allocate("rope_cos", table);
    this.ropeSin = tables.allocate("rope_sin", table);
    this.rescale = tables.allocate("rescale", scalar);
    this.finite = tables.allocate("finite", scalar);
    HostValues.upload(backend, new float[] {(float) guidance.rescale()}, rescale);
    this.history = CompiledGraph.compile(transformer.history(shape), backend, weights);
    Map<String, Tensor> bound =
        Map.of(
            TransformerIo.HISTORY_TOKENS,
            history.output(TransformerIo.HISTORY_TOKENS),
            TransformerIo.ROPE_COS,
            ropeCos,
            TransformerIo.ROPE_SIN,
            ropeSin);
    this.positive = branch(weights, guidance.positive(), bound);
    this.negative =
        guidance.negative() == null ? null : branch(weights, guidance.negative(), bound);
  }

  private GuidanceBranch branch(
      WeightStore weights, StepConditioning conditioning, Map<String, Tensor> bound) {
    return new GuidanceBranch(
        transformer, weights, backend, shape, conditioning, guidance.teaCacheThreshold(), bound);
  }

  /**
   * Samples one section into {@link LatentStore#section}.
   *
   * @param noise {@code [C, W, h, w]} at sigma 1
   * @param beforeStep told each step before it is evaluated; may throw to stop
   * @param afterStep told the sampler's state after each step
   */
  void denoise(
      SectionPlan plan,
      LatentHistory.Context context,
      LatentStore latents,
      float[] noise,
      IntConsumer beforeStep,
      ObjIntConsumer<Supplier<LatentVideo>> afterStep) {
    beginSection(plan, context, latents);
    TensorType type = latents.section().type(); // [1, C, W, h, w]
    try (TensorMath math =
        new TensorMath(backend, "step", Collections.nCopies(SAMPLER_LATENTS, type))) {
      Tensor start = math.allocate("noise", type);
      HostValues.upload(backend, noise, start);
      Tensor result =
          sampler.sample(
              schedule,
              start,
              (step, x, velocity) -> {
                beforeStep.accept(step);
                guidedVelocity(step, x, velocity, math);
              },
              math.latents(type),
              (state, step) -> afterStep.accept(() -> LatentStore.download(backend, state), step));
      math.copy(latents.section(), result);
    }
  }

  private void beginSection(SectionPlan plan, LatentHistory.Context context, LatentStore latents) {
    latents.join(history.input(TransformerIo.CLEAN), context.clean());
    latents.join(history.input(TransformerIo.HISTORY_2X), context.history2x());
    latents.join(history.input(TransformerIo.HISTORY_4X), context.history4x());
    history.run();
    RopeTables rope =
        transformer.ropeTables(
            shape,
            new FrameIndices(
                plan.latentIndices(),
                plan.cleanIndices(),
                plan.history2xIndices(),
                plan.history4xIndices()));
    HostValues.upload(backend, rope.cos(), ropeCos);
    HostValues.upload(backend, rope.sin(), ropeSin);
    positive.beginSection();
    if (negative != null) {
      negative.beginSection();
    }
  }

  /** neg + scale (pos - neg), rescaled; or the positive prediction alone. */
  private void guidedVelocity(int step, Tensor x, Tensor velocity, TensorMath math) {
    Tensor predicted = positive.velocity(step, x);
    if (negative == null) {
      math.copy(velocity, predicted);
      return;
    }
    Tensor opposed = negative.velocity(step, x);
    double scale = guidance.trueCfgScale();
    math.combine(velocity, new double[] {scale, 1 - scale}, List.of(predicted, opposed));
    if (guidance.rescale() > 0) {
      math.run(new GuidanceRescale(), velocity, rescale, velocity, predicted);
    }
  }

  /** Whether no value is NaN or infinite: one that is makes x - x, and so the sum, a NaN. */
  boolean isFinite(Tensor values) {
    tables.run(new RelativeL1(), finite, values, values);
    return Float.isFinite(HostValues.download(backend, finite)[0]);
  }

  /** Planned peak bytes of all graphs of this denoiser. */
  long arenaBytes() {
    return history.arenaBytes()
        + positive.arenaBytes()
        + (negative == null ? 0 : negative.arenaBytes());
  }

  @Override
  public void close() {
    positive.close();
    if (negative != null) {
      negative.close();
    }
    history.close();
    tables.close();
  }
}
