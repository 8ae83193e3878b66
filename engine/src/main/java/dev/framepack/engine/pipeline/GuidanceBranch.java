package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.history.HistoryLevel;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.engine.sampler.TeaCache;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The transformer under one prompt: evaluates the velocity of a step, skipping the blocks where
 * TeaCache allows. The positive and the negative prompt have a branch each, and so a step cache
 * each.
 */
final class GuidanceBranch implements Resources.Resource {
  private final Backend backend;
  private final PackedTransformer transformer;
  private final PackedShape shape;
  private final StepForm form;
  private final Resources resources = new Resources();
  private final TensorMath math;
  private final Tensor modulation;
  private final MemorySegment modulationRows;
  private final Tensor imageTokens;
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
      Tensor change) {}

  private StepConditioning conditioning;
  private @Nullable TeaCache teaCache;

  /**
   * @param bound history tokens and rotary tables, shared between branches
   */
  GuidanceBranch(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      StepForm form,
      StepConditioning conditioning,
      OptionalDouble teaCacheThreshold,
      Map<String, Tensor> bound) {
    this.backend = backend;
    this.transformer = transformer;
    this.shape = shape;
    this.form = form;
    this.conditioning = conditioning;
    this.teaCacheThreshold = teaCacheThreshold;
    long width = transformer.width();
    int rows = form.timestepPerToken() ? shape.timesteps() : 1;
    TensorType modulationType = TensorType.f32(rows, transformer.modulationWidth());
    TensorType contextType = TensorType.f32(1, conditioning.shape().textTokens(), width);
    TensorType imageType = TensorType.f32(1, conditioning.shape().imageTokens(), width);
    TensorType tokensType = TensorType.f32(1, shape.packedTokens(transformer.patch()), width);
    TensorType scalar = TensorType.f32(1);
    List<TensorType> types =
        teaCacheThreshold.isPresent()
            ? List.of(
                modulationType, contextType, imageType, tokensType, tokensType, tokensType, scalar)
            : List.of(modulationType, contextType, imageType);
    this.math = resources.add(new TensorMath(backend, "branch", types));
    try {
      this.modulation = math.allocate("modulation", modulationType);
      this.context = math.allocate("context", contextType);
      this.modulationRows = Arena.ofAuto().allocate(modulationType.byteSize(), 64);
      this.imageTokens = math.allocate("image_tokens", imageType);
      backend.upload(conditioning.imageTokens(), imageTokens);
      Map<String, Tensor> inputs = new HashMap<>(bound);
      inputs.put(TransformerIo.MODULATION, modulation);
      inputs.put(TransformerIo.CONTEXT, context);
      inputs.put(TransformerIo.IMAGE_TOKENS, imageTokens);
      if (teaCacheThreshold.isEmpty()) {
        this.whole = compile(transformer.step(shape, conditioning.shape(), form), weights, inputs);
        this.cached = null;
      } else {
        this.whole = null;
        this.cached = cachedBlocks(weights, inputs, tokensType);
      }
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  private CompiledGraph compile(Graph graph, WeightStore weights, Map<String, Tensor> inputs) {
    CompiledGraph compiled = CompiledGraph.compile(graph, backend, weights, inputs);
    resources.onClose(compiled::close);
    uploadRows(compiled);
    return compiled;
  }

  /** Each part of the context and each denoised frame has a row, the condition the last one. */
  private void uploadRows(CompiledGraph graph) {
    if (!form.timestepPerToken()) {
      return;
    }
    int[] groups = shape.groups(transformer.patch());
    int[] rowOfToken =
        IntStream.range(0, groups.length)
            .flatMap(group -> IntStream.generate(() -> group).limit(groups[group]))
            .toArray();
    Map<String, Integer> inputs = graph.graph().inputs();
    if (inputs.containsKey(TransformerIo.PACKED_ROWS)) {
      TokenInput.upload(backend, rowOfToken, graph.input(TransformerIo.PACKED_ROWS));
    }
    if (inputs.containsKey(TransformerIo.CONDITION_ROWS)) {
      int[] last = new int[conditioning.shape().tokens()];
      Arrays.fill(last, groups.length);
      TokenInput.upload(backend, last, graph.input(TransformerIo.CONDITION_ROWS));
    }
  }

  private CachedBlocks cachedBlocks(
      WeightStore weights, Map<String, Tensor> inputs, TensorType tokensType) {
    Tensor tokens = math.allocate("tokens", tokensType);
    CompiledGraph embed = compile(transformer.embed(shape, form), weights, inputs);
    inputs.put(TransformerIo.PACKED_TOKENS, embed.output(TransformerIo.PACKED_TOKENS));
    inputs.put(TransformerIo.BLOCK_OUTPUT, tokens);
    return new CachedBlocks(
        embed,
        compile(transformer.blocks(shape, conditioning.shape(), form), weights, inputs),
        compile(transformer.head(shape, form), weights, inputs),
        tokens,
        math.allocate("residual", tokensType),
        math.allocate("previous_input", tokensType),
        math.allocate("change", TensorType.f32(1)));
  }

  /** Image or prompt changed; tokens and timesteps are as many as before. */
  void condition(StepConditioning changed) {
    conditioning = changed;
    backend.upload(changed.imageTokens(), imageTokens);
  }

  /** A new section of so many evaluations begins: forget what was cached. */
  void beginSection(int evaluations) {
    teaCache =
        teaCacheThreshold.isPresent()
            ? new TeaCache(teaCacheThreshold.getAsDouble(), evaluations)
            : null;
  }

  /**
   * Evaluates one step.
   *
   * @param history what context tokens are told
   * @return the velocity, valid until the next call
   */
  Tensor velocity(HistoryLevel history, NoiseLevels levels, Tensor latents) {
    uploadModulation(history, levels);
    backend.upload(conditioning.context(levels.condition()), context);
    if (whole != null) {
      math.copy(whole.input(TransformerIo.LATENTS), latents);
      whole.run();
      return whole.output(TransformerIo.VELOCITY);
    }
    if (cached == null || teaCache == null) {
      throw new IllegalStateException("GuidanceBranch: beginSection was not called");
    }
    return velocity(cached, teaCache, levels.step(), latents);
  }

  private void uploadModulation(HistoryLevel history, NoiseLevels levels) {
    double sigma = levels.condition();
    if (!form.timestepPerToken()) {
      backend.upload(conditioning.modulation(sigma), modulation);
      return;
    }
    int parts = shape.context().size();
    double ofContext = history.toldAt(sigma);
    for (int i = 0; i < parts; i++) {
      setRow(i, ofContext);
    }
    for (int frame = 0; frame < shape.latentFrames(); frame++) {
      setRow(parts + frame, levels.frame(frame));
    }
    setRow(parts + shape.latentFrames(), sigma);
    backend.upload(modulationRows, modulation);
  }

  private void setRow(int row, double sigma) {
    MemorySegment values = conditioning.modulation(sigma); // [M]
    MemorySegment.copy(values, 0, modulationRows, row * values.byteSize(), values.byteSize());
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
    resources.close();
  }
}
