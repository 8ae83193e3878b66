package dev.framepack.engine.pipeline;

import dev.framepack.engine.NumericException;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.sampler.cache.SkipDecision;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.sampler.cache.StepCache.Watched;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step in three parts, of which the middle one can be left out: what it added to the packed
 * tokens at the last step that computed it is added again.
 */
final class CachedStep implements Resources.Resource {
  private final Backend backend;
  private final StepCache cache;
  private final StepTally tally;
  private final Resources resources = new Resources();
  private final TensorMath math;
  private final CompiledGraph entry;
  private final CompiledGraph middle;
  private final CompiledGraph head;
  private final Tensor tokens;
  private final Tensor residual;
  private final Tensor change;
  private final @Nullable Tensor previous;
  private final @Nullable Tensor added;
  private final @Nullable MagnitudeMeter meter;
  private @Nullable SkipDecision decision;

  /** Compiles a part with what all parts share bound to it. */
  interface Compiler {
    CompiledGraph compile(Graph graph, Map<String, Tensor> bound);
  }

  CachedStep(
      PackedTransformer transformer,
      Backend backend,
      PackedShape shape,
      ConditionShape condition,
      StepForm form,
      StepCache cache,
      StepTally tally,
      Compiler compiler) {
    this.backend = backend;
    this.cache = cache;
    this.tally = tally;
    TensorType tokensType = // [1, packedTokens, D]
        TensorType.f32(1, shape.packedTokens(transformer.patch()), transformer.width());
    this.math = resources.add(new TensorMath(backend, "step cache", types(cache, tokensType)));
    try {
      this.tokens = math.allocate("tokens", tokensType);
      this.residual = math.allocate("residual", tokensType);
      this.change = math.allocate("change", TensorType.f32(1));
      this.previous =
          cache.watched() == Watched.NOTHING ? null : math.allocate("previous", tokensType);
      boolean first = cache.watched() == Watched.FIRST_BLOCK;
      this.added = first ? math.allocate("added", tokensType) : null;
      this.entry =
          compiler.compile(
              first
                  ? transformer.firstBlock(shape, condition, form)
                  : transformer.embed(shape, form),
              Map.of());
      this.middle =
          compiler.compile(
              first
                  ? transformer.laterBlocks(shape, condition, form)
                  : transformer.blocks(shape, condition, form),
              first
                  ? Map.of(
                      TransformerIo.FIRST_BLOCK_TOKENS,
                      entry.output(TransformerIo.FIRST_BLOCK_TOKENS),
                      TransformerIo.FIRST_BLOCK_CONDITION,
                      entry.output(TransformerIo.FIRST_BLOCK_CONDITION))
                  : Map.of(TransformerIo.PACKED_TOKENS, entry.output(TransformerIo.PACKED_TOKENS)));
      this.head =
          compiler.compile(
              transformer.head(shape, form), Map.of(TransformerIo.BLOCK_OUTPUT, tokens));
      this.meter =
          cache instanceof StepCache.MagCache mag && mag.calibrates()
              ? new MagnitudeMeter(transformer.width())
              : null;
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  private static List<TensorType> types(StepCache cache, TensorType tokens) {
    List<TensorType> types = new ArrayList<>(List.of(tokens, tokens, TensorType.f32(1)));
    switch (cache.watched()) {
      case NOTHING -> {}
      case MODULATED_INPUT -> types.add(tokens);
      case FIRST_BLOCK -> types.addAll(List.of(tokens, tokens));
    }
    return types;
  }

  /** A section of so many evaluations begins: forget what was cached. */
  void beginSection(int evaluations) {
    decision = cache.begin(evaluations);
    if (meter != null) {
      meter.begin();
    }
  }

  /**
   * Evaluates one step.
   *
   * @return the velocity, valid until the next call
   */
  Tensor velocity(int step, Tensor latents) {
    if (decision == null) {
      throw new IllegalStateException("CachedStep: beginSection was not called");
    }
    math.copy(entry.input(TransformerIo.LATENTS), latents);
    entry.run();
    Tensor entered = // [1, packedTokens, D]
        entry.output(
            added == null ? TransformerIo.PACKED_TOKENS : TransformerIo.FIRST_BLOCK_TOKENS);
    boolean computed = decision.mustCompute(step, watch(step));
    if (computed) {
      if (added != null && previous != null) {
        math.copy(previous, added); // the first block is compared with the last computed step
      }
      middle.run();
      Tensor output = middle.output(TransformerIo.BLOCK_OUTPUT); // [1, packedTokens, D]
      math.combine(residual, new double[] {1, -1}, List.of(output, entered));
      math.copy(tokens, output);
      measure(step);
    } else {
      math.combine(tokens, new double[] {1, 1}, List.of(entered, residual));
    }
    tally.count(computed);
    head.run();
    return head.output(TransformerIo.VELOCITY);
  }

  /** The change of what the cache watches; 0 where there is nothing to compare with. */
  private double watch(int step) {
    if (previous == null) {
      return 0;
    }
    Tensor watched; // [1, packedTokens, D]
    if (added == null) {
      watched = entry.output(TransformerIo.MODULATED_INPUT);
    } else {
      watched = added;
      math.combine(
          added,
          new double[] {1, -1},
          List.of(
              entry.output(TransformerIo.FIRST_BLOCK_TOKENS),
              entry.output(TransformerIo.PACKED_TOKENS)));
    }
    double changed = 0;
    if (step > 0) {
      math.run(new RelativeL1(), change, watched, previous);
      changed = HostValues.download(backend, change)[0];
      if (!Double.isFinite(changed)) {
        throw new NumericException(
            "NUMERIC_NON_FINITE",
            "step %s: the change that the step cache goes by is %s".formatted(step + 1, changed),
            "check the weights with inspect, or leave the step cache out",
            null);
      }
    }
    if (added == null) {
      math.copy(previous, watched);
    }
    return changed;
  }

  private void measure(int step) {
    if (meter != null) {
      tally.ratio(step, meter.ratio(HostValues.download(backend, residual)));
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
