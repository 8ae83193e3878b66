package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.history.HistoryLevel;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The transformer under one prompt: evaluates the velocity of a step, in whole or through a step
 * cache. The positive and the negative prompt have a branch each, and so a step cache each.
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
  private final @Nullable CachedStep cached;
  private final StepTally tally;

  private StepConditioning conditioning;
  private long arenaBytes;

  /**
   * @param cache complete
   * @param bound history tokens and rotary tables, shared between branches
   */
  GuidanceBranch(
      PackedTransformer transformer,
      WeightStore weights,
      Backend backend,
      PackedShape shape,
      StepForm form,
      StepConditioning conditioning,
      StepCache cache,
      StepTally tally,
      Map<String, Tensor> bound) {
    this.backend = backend;
    this.transformer = transformer;
    this.shape = shape;
    this.form = form;
    this.conditioning = conditioning;
    this.tally = tally;
    long width = transformer.width();
    int rows = form.timestepPerToken() ? shape.timesteps() : 1;
    TensorType modulationType = TensorType.f32(rows, transformer.modulationWidth());
    TensorType contextType = TensorType.f32(1, conditioning.shape().textTokens(), width);
    TensorType imageType = TensorType.f32(1, conditioning.shape().imageTokens(), width);
    List<TensorType> types = List.of(modulationType, contextType, imageType);
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
      if (cache.isNone()) {
        this.whole = compile(transformer.step(shape, conditioning.shape(), form), weights, inputs);
        this.cached = null;
      } else {
        this.whole = null;
        this.cached =
            resources.add(
                new CachedStep(
                    transformer,
                    backend,
                    shape,
                    conditioning.shape(),
                    form,
                    cache,
                    tally,
                    (graph, more) -> {
                      Map<String, Tensor> all = new HashMap<>(inputs);
                      all.putAll(more);
                      return compile(graph, weights, all);
                    }));
      }
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  private CompiledGraph compile(Graph graph, WeightStore weights, Map<String, Tensor> inputs) {
    CompiledGraph compiled = CompiledGraph.compile(graph, backend, weights, inputs);
    resources.onClose(compiled::close);
    arenaBytes += compiled.arenaBytes();
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

  /** Image or prompt changed; tokens and timesteps are as many as before. */
  void condition(StepConditioning changed) {
    conditioning = changed;
    backend.upload(changed.imageTokens(), imageTokens);
  }

  /** A new section of so many evaluations begins: forget what was cached. */
  void beginSection(int evaluations) {
    if (cached != null) {
      cached.beginSection(evaluations);
    }
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
    if (cached != null) {
      return cached.velocity(levels.step(), latents);
    }
    CompiledGraph graph = Objects.requireNonNull(whole);
    math.copy(graph.input(TransformerIo.LATENTS), latents);
    graph.run();
    tally.count(true);
    return graph.output(TransformerIo.VELOCITY);
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

  /** Planned peak bytes of this branch's graphs. */
  long arenaBytes() {
    return arenaBytes;
  }

  @Override
  public void close() {
    resources.close();
  }
}
