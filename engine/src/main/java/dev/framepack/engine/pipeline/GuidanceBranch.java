package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.sampler.TeaCache;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The transformer under one prompt: evaluates the velocity of a step, skipping the blocks where
 * TeaCache allows. The positive and the negative prompt have a branch each, and so a step cache
 * each.
 */
final class GuidanceBranch implements AutoCloseable {
  private final Backend backend;
  private final StepConditioning conditioning;
  private final TensorMath math;
  private final Tensor modulation;
  private final Tensor context;
  private final @Nullable CompiledGraph whole;
  private final @Nullable CachedBlocks cached;
  private final OptionalDouble teaCacheThreshold;

  /** The step in three parts, and what is kept between steps. */
  private record CachedBlocks(
      CompiledGraph embed,
      CompiledGraph blocks,
      CompiledGraph head,
      Tensor tokens,
      Tensor residual,
      Tensor previousInput,
      Tensor change)
      implements AutoCloseable {
    @Override
    public void close() {
      head.close();
      blocks.close();
      embed.close();
    }
  }

  private @Nullable TeaCache teaCache;

  /**
   * @param bound history tokens and rotary tables, shared between branches
   */
  GuidanceBranch(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      StepConditioning conditioning,
      OptionalDouble teaCacheThreshold,
      Map<String, Tensor> bound) {
    this.backend = backend;
    this.conditioning = conditioning;
    this.teaCacheThreshold = teaCacheThreshold;
    long width = transformer.width();
    TensorType modulationType = TensorType.f32(1, transformer.modulationWidth());
    TensorType contextType = TensorType.f32(1, conditioning.shape().textTokens(), width);
    TensorType imageType = TensorType.f32(1, conditioning.shape().imageTokens(), width);
    TensorType tokensType = TensorType.f32(1, shape.packedTokens(transformer.patch()), width);
    TensorType scalar = TensorType.f32(1);
    this.math =
        new TensorMath(
            backend,
            "branch",
            teaCacheThreshold.isPresent()
                ? List.of(
                    modulationType,
                    contextType,
                    imageType,
                    tokensType,
                    tokensType,
                    tokensType,
                    scalar)
                : List.of(modulationType, contextType, imageType));
    this.modulation = math.allocate("modulation", modulationType);
    this.context = math.allocate("context", contextType);
    Tensor imageTokens = math.allocate("image_tokens", imageType);
    backend.upload(conditioning.imageTokens(), imageTokens);
    Map<String, Tensor> inputs = new HashMap<>(bound);
    inputs.put(TransformerIo.MODULATION, modulation);
    inputs.put(TransformerIo.CONTEXT, context);
    inputs.put(TransformerIo.IMAGE_TOKENS, imageTokens);
    if (teaCacheThreshold.isEmpty()) {
      this.whole =
          CompiledGraph.compile(
              transformer.step(shape, conditioning.shape()), backend, weights, inputs);
      this.cached = null;
    } else {
      this.whole = null;
      this.cached = cachedBlocks(transformer, weights, shape, inputs, tokensType);
    }
  }

  private CachedBlocks cachedBlocks(
      PackedTransformer transformer,
      WeightStore weights,
      PackedShape shape,
      Map<String, Tensor> inputs,
      TensorType tokensType) {
    Tensor tokens = math.allocate("tokens", tokensType);
    CompiledGraph embed = CompiledGraph.compile(transformer.embed(shape), backend, weights, inputs);
    inputs.put(TransformerIo.PACKED_TOKENS, embed.output(TransformerIo.PACKED_TOKENS));
    inputs.put(TransformerIo.BLOCK_OUTPUT, tokens);
    return new CachedBlocks(
        embed,
        CompiledGraph.compile(
            transformer.blocks(shape, conditioning.shape()), backend, weights, inputs),
        CompiledGraph.compile(transformer.head(shape), backend, weights, inputs),
        tokens,
        math.allocate("residual", tokensType),
        math.allocate("previous_input", tokensType),
        math.allocate("change", TensorType.f32(1)));
  }

  /** A new section begins: forget what was cached. */
  void beginSection() {
    teaCache =
        teaCacheThreshold.isPresent()
            ? new TeaCache(teaCacheThreshold.getAsDouble(), conditioning.steps())
            : null;
  }

  /**
   * Evaluates one step.
   *
   * @return the velocity, valid until the next call
   */
  Tensor velocity(int step, Tensor latents) {
    backend.upload(conditioning.modulation(step), modulation);
    backend.upload(conditioning.context(step), context);
    if (whole != null) {
      math.copy(whole.input(TransformerIo.LATENTS), latents);
      whole.run();
      return whole.output(TransformerIo.VELOCITY);
    }
    if (cached == null || teaCache == null) {
      throw new IllegalStateException("GuidanceBranch: beginSection was not called");
    }
    return velocity(cached, teaCache, step, latents);
  }

  private Tensor velocity(CachedBlocks parts, TeaCache cache, int step, Tensor latents) {
    math.copy(parts.embed().input(TransformerIo.LATENTS), latents);
    parts.embed().run();
    Tensor input = parts.embed().output(TransformerIo.MODULATED_INPUT);
    Tensor packed = parts.embed().output(TransformerIo.PACKED_TOKENS);
    double change = 0;
    if (step > 0) {
      math.run(new RelativeL1(), parts.change(), input, parts.previousInput());
      change = HostValues.download(backend, parts.change())[0];
    }
    math.copy(parts.previousInput(), input);
    if (cache.mustCompute(step, change)) {
      parts.blocks().run();
      Tensor output = parts.blocks().output(TransformerIo.BLOCK_OUTPUT);
      math.combine(parts.residual(), new double[] {1, -1}, List.of(output, packed));
      math.copy(parts.tokens(), output);
    } else {
      math.combine(parts.tokens(), new double[] {1, 1}, List.of(packed, parts.residual()));
    }
    parts.head().run();
    return parts.head().output(TransformerIo.VELOCITY);
  }

  /** Planned peak bytes of this branch's graphs. */
  long arenaBytes() {
    return whole != null
        ? whole.arenaBytes()
        : cached == null
            ? 0
            : cached.embed().arenaBytes()
                + cached.blocks().arenaBytes()
                + cached.head().arenaBytes();
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
    }
    if (cached != null) {
      cached.close();
    }
    math.close();
  }
}
