package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.history.HistoryFilter;
import dev.framepack.engine.model.hunyuan.FrameIndices;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.RopeTables;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.packing.ContextPart;
import dev.framepack.engine.packing.LatentHistory;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guided network on one section after the other. Everything is compiled for the section's shape
 * once; a section brings its packed history and its frame indices.
 */
final class SectionDenoiser implements AutoCloseable {
  private final Backend backend;
  private final PackedTransformer transformer;
  private final PackedShape shape;
  private final Guidance guidance;
  private final PackedContext context;
  private final TensorMath tables;
  private final Tensor ropeCos;
  private final Tensor ropeSin;
  private final Tensor rescale;
  private final Tensor finite;
  private final List<GuidanceBranch> branches;

  /**
   * @param filters what the context passes before it is packed
   * @param historyNoise noise for contexts that are seen noised
   */
  SectionDenoiser(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      StepForm form,
      Guidance guidance,
      List<HistoryFilter> filters,
      TorchRandom historyNoise) {
    this.backend = backend;
    this.transformer = transformer;
    this.shape = shape;
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
    this.context =
        new PackedContext(
            transformer,
            weights,
            backend,
            shape,
            filters,
            guidance.hasNoisyHistory() ? historyNoise : null);
    Map<String, Tensor> bound =
        Map.of(
            TransformerIo.HISTORY_TOKENS,
            context.tokens(),
            TransformerIo.ROPE_COS,
            ropeCos,
            TransformerIo.ROPE_SIN,
            ropeSin);
    this.branches =
        guidance.terms().stream()
            .map(term ->
                new GuidanceBranch(
                    transformer,
                    weights,
                    backend,
                    shape,
                    form,
                    term,
                    guidance.conditioning(term),
                    guidance.teaCacheThreshold(),
                    bound))
            .toList();
  }

  /** What is compiled: a section of another shape needs another denoiser. */
  PackedShape shape() {
    return shape;
  }

  /** The image changed; everything else is as it was. */
  void condition(StepConditioning positive, @Nullable StepConditioning negative) {
    for (GuidanceBranch branch : branches) {
      branch.condition(branch.term().negative() && negative != null ? negative : positive);
    }
  }

  /**
   * Makes ready for a section.
   *
   * @param evaluations of the network it will take
   */
  void beginSection(SectionPlan plan, LatentHistory history, LatentStore latents, int evaluations) {
    context.begin(plan, history, latents);
    RopeTables rope =
        transformer.ropeTables(
            shape,
            new FrameIndices(
                plan.latentIndices(), plan.context().stream().map(ContextPart::indices).toList()));
    HostValues.upload(backend, rope.cos(), ropeCos);
    HostValues.upload(backend, rope.sin(), ropeSin);
    branches.forEach(branch -> branch.beginSection(evaluations));
  }

  /**
   * The guided velocity, the weighted sum of all passes.
   *
   * @param x {@code [1, C, W, h, w]}
   * @param velocity where it goes
   */
  void velocity(NoiseLevels levels, Tensor x, Tensor velocity, TensorMath math) {
    double[] weights = new double[branches.size()];
    Tensor[] predictions = new Tensor[branches.size()];
    for (int i = 0; i < weights.length; i++) {
      GuidanceBranch branch = branches.get(i);
      context.pack(branch.term().history().at(levels.condition()));
      weights[i] = branch.term().weight();
      predictions[i] = branch.velocity(levels, x);
    }
    math.combine(velocity, weights, List.of(predictions));
    if (guidance.rescale() > 0 && weights.length > 1) {
      math.run(new GuidanceRescale(), velocity, rescale, velocity, predictions[0]);
    }
  }

  /** Whether no value is NaN or infinite: one that is makes x - x, and so the sum, a NaN. */
  boolean isFinite(Tensor values) {
    tables.run(new RelativeL1(), finite, values, values);
    return Float.isFinite(HostValues.download(backend, finite)[0]);
  }

  /** Planned peak bytes of all graphs of this denoiser. */
  long arenaBytes() {
    return context.arenaBytes() + branches.stream().mapToLong(GuidanceBranch::arenaBytes).sum();
  }

  @Override
  public void close() {
    branches.forEach(GuidanceBranch::close);
    context.close();
    tables.close();
  }
}
