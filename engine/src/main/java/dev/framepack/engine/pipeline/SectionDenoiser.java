package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.history.GuidanceTerm;
import dev.framepack.engine.history.HistoryFilter;
import dev.framepack.engine.history.HistoryLevel;
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
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The guided network on one section after the other. Everything is compiled for the section's shape
 * once; a section brings its packed history and its frame indices.
 */
final class SectionDenoiser implements AutoCloseable {

  /**
   * One pass of the network.
   *
   * @param kept where its velocity waits for the others; null when nothing overwrites it
   */
  private record Pass(GuidanceTerm term, GuidanceBranch branch, @Nullable Tensor kept) {}

  private final Backend backend;
  private final PackedTransformer transformer;
  private final PackedShape shape;
  private Guidance guidance;
  private final Resources resources = new Resources();
  private final PackedContext context;
  private final TensorMath tables;
  private final Tensor ropeCos;
  private final Tensor ropeSin;
  private final Tensor rescale;
  private final Tensor finite;
  private final List<Pass> passes = new ArrayList<>();

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
      TorchRandom historyNoise,
      StepTally tally) {
    this.backend = backend;
    this.transformer = transformer;
    this.shape = shape;
    this.guidance = guidance;
    TensorType table =
        TensorType.f32(
            shape.packedTokens(transformer.patch()), transformer.config().attentionHeadDim());
    TensorType scalar = TensorType.f32(1);
    TensorType latents =
        TensorType.f32(
            1,
            transformer.config().outChannels(),
            shape.latentFrames(),
            shape.latentHeight(),
            shape.latentWidth());
    List<TensorType> types = new ArrayList<>(List.of(table, table, scalar, scalar));
    boolean takesTurns = takesTurns(guidance);
    if (takesTurns) {
      guidance.terms().forEach(term -> types.add(latents));
    }
    try {
      this.tables = resources.add(new TensorMath(backend, "section", types));
      this.ropeCos = tables.allocate("rope_cos", table);
      this.ropeSin = tables.allocate("rope_sin", table);
      this.rescale = tables.allocate("rescale", scalar);
      this.finite = tables.allocate("finite", scalar);
      HostValues.upload(backend, new float[] {(float) guidance.rescale()}, rescale);
      this.context =
          resources.add(
              new PackedContext(
                  transformer,
                  weights,
                  backend,
                  shape,
                  filters,
                  guidance.changesHistory() ? historyNoise : null));
      Map<String, Tensor> bound =
          Map.of(
              TransformerIo.HISTORY_TOKENS,
              context.tokens(),
              TransformerIo.ROPE_COS,
              ropeCos,
              TransformerIo.ROPE_SIN,
              ropeSin);
      for (GuidanceTerm term : guidance.terms()) {
        GuidanceBranch shared = sharedBranch(term);
        GuidanceBranch branch =
            shared != null
                ? shared
                : resources.add(
                    new GuidanceBranch(
                        transformer,
                        weights,
                        backend,
                        shape,
                        form,
                        guidance.conditioning(term),
                        guidance.cache(),
                        tally,
                        bound));
        passes.add(
            new Pass(term, branch, takesTurns ? tables.allocate("velocity", latents) : null));
      }
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  private static boolean takesTurns(Guidance guidance) {
    long prompts = guidance.terms().stream().map(GuidanceTerm::negative).distinct().count();
    return guidance.cache().isNone() && prompts < guidance.terms().size();
  }

  /** Passes under one prompt take turns in one graph, unless each has a step cache of its own. */
  private @Nullable GuidanceBranch sharedBranch(GuidanceTerm term) {
    if (!guidance.cache().isNone()) {
      return null;
    }
    for (Pass pass : passes) {
      if (pass.term().negative() == term.negative()) {
        return pass.branch();
      }
    }
    return null;
  }

  /** Whether what is compiled serves a section of this shape under this guidance. */
  boolean serves(PackedShape other, Guidance next) {
    return shape.equals(other) && next.hasShapeOf(guidance);
  }

  /** Image or prompt changed; tokens are as many as before. */
  void condition(Guidance changed) {
    if (changed.positive() != guidance.positive() || changed.negative() != guidance.negative()) {
      passes.forEach(pass -> pass.branch().condition(changed.conditioning(pass.term())));
    }
    guidance = changed;
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
    passes.forEach(pass -> pass.branch().beginSection(evaluations));
  }

  /**
   * The guided velocity, the weighted sum of all passes.
   *
   * @param x {@code [1, C, W, h, w]}
   * @param velocity where it goes
   */
  void velocity(NoiseLevels levels, Tensor x, Tensor velocity, TensorMath math) {
    double[] weights = new double[passes.size()];
    List<Tensor> predictions = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      Pass pass = passes.get(i);
      HistoryLevel history = pass.term().history();
      context.pack(history.signalAt(levels.condition()), history.at(levels.condition()));
      weights[i] = pass.term().weight();
      Tensor predicted = pass.branch().velocity(history, levels, x);
      if (pass.kept() != null) {
        math.copy(pass.kept(), predicted);
        predicted = pass.kept();
      }
      predictions.add(predicted);
    }
    math.combine(velocity, weights, predictions);
    if (guidance.rescale() > 0 && weights.length > 1) {
      math.run(new GuidanceRescale(), velocity, rescale, velocity, predictions.getFirst());
    }
  }

  /** Whether all values are numbers. */
  boolean isFinite(Tensor values) {
    return FiniteCheck.isFinite(backend, values, finite);
  }

  /** Planned peak bytes of all graphs of this denoiser. */
  long arenaBytes() {
    return context.arenaBytes()
        + passes.stream().map(Pass::branch).distinct().mapToLong(GuidanceBranch::arenaBytes).sum();
  }

  @Override
  public void close() {
    resources.close();
  }
}
