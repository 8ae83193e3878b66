package dev.framepack.engine.model.hunyuan;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.config.TransformerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * FramePack's next-frame-section prediction transformer (HunyuanVideo blocks over a packed
 * context), arXiv 2504.12626; spec section 2.
 *
 * <p>Built from the config alone: it declares the weights it needs under the names of the
 * checkpoint and records graphs. What depends on different things is recorded apart, so that each
 * part is evaluated as seldom as it can be:
 *
 * <ul>
 *   <li>{@link #conditioning}: once per video and prompt, for all sampling steps;
 *   <li>{@link #history} and {@link #ropeTables}: once per section;
 *   <li>{@link #step}: once per sampling step, or in its place, when a step cache may skip blocks,
 *       {@link #embed}, {@link #blocks} and {@link #head} or {@link #firstBlock}, {@link
 *       #laterBlocks} and {@link #head};
 *   <li>{@link #forward}: everything at once from raw arguments, for comparison with a reference.
 * </ul>
 *
 * {@link TransformerIo} lists the inputs and outputs of each. Immutable.
 */
public final class PackedTransformer {

  /** Epsilon of every norm. */
  static final float NORM_EPS = 1e-6f;

  final TransformerConfig config;
  final HeadLayout heads;
  final PatchSize patch;
  final PackedEmbedding embedding;
  final TimestepTextEmbedding timestepTextEmbedding;
  final TokenRefiner refiner;
  final ImageProjection imageProjection;
  final ModulationTable modulations;
  final List<DoubleStreamBlock> doubleBlocks;
  final List<SingleStreamBlock> singleBlocks;
  final VelocityHead head;
  private final List<Parameter> parameters;

  public PackedTransformer(TransformerConfig config) {
    this.config = config;
    heads = new HeadLayout(config.numAttentionHeads(), config.attentionHeadDim());
    patch = new PatchSize(config.patchSizeT(), config.patchSize(), config.patchSize());
    int width = heads.width();
    int mlpWidth = config.mlpDim();
    ParameterScope scope = ParameterScope.root();
    embedding = PackedEmbedding.of(scope, patch, config.inChannels(), width);
    refiner =
        TokenRefiner.of(
            scope.child("context_embedder"),
            config.textEmbedDim(),
            config.numRefinerLayers(),
            heads);
    imageProjection =
        ImageProjection.of(scope.child("image_projection"), config.imageProjDim(), width);
    timestepTextEmbedding =
        TimestepTextEmbedding.of(
            scope.child("time_text_embed"),
            config.pooledProjectionDim(),
            width,
            config.guidanceEmbeds());
    modulations = new ModulationTable(width);
    List<DoubleStreamBlock> doubles = new ArrayList<>();
    for (int i = 0; i < config.numLayers(); i++) {
      ParameterScope block = scope.child("transformer_blocks." + i);
      doubles.add(DoubleStreamBlock.of(block, modulations, heads, mlpWidth));
    }
    doubleBlocks = List.copyOf(doubles);
    List<SingleStreamBlock> singles = new ArrayList<>();
    for (int i = 0; i < config.numSingleLayers(); i++) {
      ParameterScope block = scope.child("single_transformer_blocks." + i);
      singles.add(SingleStreamBlock.of(block, modulations, heads, mlpWidth));
    }
    singleBlocks = List.copyOf(singles);
    head = VelocityHead.of(scope, modulations, patch, config.outChannels(), width);
    parameters = scope.declared();
  }

  /** Every weight of the checkpoint, no more and no less. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * Weights by block in order of use. The adaptive norms' Linears are in groups of their own,
   * because only {@link #conditioning} reads them; what is in no group every step reads.
   */
  public List<WeightGroup> weightGroups() {
    Set<String> modulating = modulations.parameterNames();
    List<WeightGroup> groups = new ArrayList<>();
    groups.add(WeightGroup.below("time_text_embed", parameters, false, p -> true));
    for (boolean everyStep : new boolean[] {false, true}) {
      addBlocks(groups, "transformer_blocks.", doubleBlocks.size(), everyStep, modulating);
      addBlocks(groups, "single_transformer_blocks.", singleBlocks.size(), everyStep, modulating);
      if (!everyStep) {
        groups.add(
            new WeightGroup(
                "norm_out",
                parameters.stream()
                    .filter(p -> p.name().startsWith("norm_out") && modulating.contains(p.name()))
                    .toList(),
                false));
        groups.add(WeightGroup.below("context_embedder", parameters, false, p -> true));
        groups.add(WeightGroup.below("image_projection", parameters, false, p -> true));
      }
    }
    return groups;
  }

  private void addBlocks(
      List<WeightGroup> groups,
      String prefix,
      int count,
      boolean everyStep,
      Set<String> modulating) {
    for (int i = 0; i < count; i++) {
      groups.add(
          WeightGroup.below(
              prefix + i, parameters, everyStep, p -> modulating.contains(p.name()) != everyStep));
    }
  }

  /**
   * Every weight in {@code compute}, but the last projection in F32, as the reference application
   * keeps it: its output is the velocity.
   */
  public WeightTypes weightTypes(DType compute) {
    return new WeightTypes(compute, head.projOut().names());
  }

  /** The weights of the blocks' products whose rows are whole blocks of a format. */
  public Map<String, QuantFormat> quantisable(QuantFormat format) {
    Map<String, QuantFormat> formats = new HashMap<>();
    for (Parameter parameter : parameters()) {
      if (parameter.shape().rank() == 2
          && parameter.name().contains("transformer_blocks.")
          && parameter.shape().dim(1) % format.blockElements() == 0) {
        formats.put(parameter.name(), format);
      }
    }
    return formats;
  }

  public TransformerConfig config() {
    return config;
  }

  /** Latent positions a token covers at full resolution. */
  public PatchSize patch() {
    return patch;
  }

  /** Kernels of context frames that the checkpoint has weights for, in latent positions. */
  public Set<PatchSize> trainedKernels() {
    return embedding.trainedKernels();
  }

  /** Whether a kernel without weights can be made from the full-resolution one. */
  public boolean canInitialise(PatchSize kernel) {
    return embedding.initialised().supports(kernel);
  }

  /** Width of a token, D. */
  public int width() {
    return heads.width();
  }

  /** Values in one step's row of modulations, M. */
  public int modulationWidth() {
    return modulations.width();
  }

  /** True when graphs of this model take guidance scales. */
  public boolean takesGuidance() {
    return config.guidanceEmbeds();
  }

  /** The tables {@code rope_cos} and {@code rope_sin} of a section. */
  public RopeTables ropeTables(PackedShape shape, FrameIndices indices) {
    return RopeTables.of(config.ropeTheta(), config.ropeAxesDim(), patch, shape, indices);
  }

  /**
   * Everything that depends on (timestep, guidance, pooled text, text, image) alone.
   *
   * @param rows sampling steps evaluated together, S
   * @param condition image tokens and the text tokens of one prompt, cropped to the real ones
   */
  public Graph conditioning(int rows, ConditionShape condition) {
    return new TransformerGraphs(this, StepForm.TRAINED).conditioning(rows, condition);
  }

  /**
   * The context frames as tokens.
   *
   * @param constants takes what kernels without weights are made of; to be uploaded to the compiled
   *     graph
   */
  public Graph history(PackedShape shape, HostConstants constants) {
    return new TransformerGraphs(this, StepForm.TRAINED).history(shape, constants);
  }

  /** One evaluation of the network from history tokens and conditioning to the velocity. */
  public Graph step(PackedShape shape, ConditionShape condition, StepForm form) {
    return new TransformerGraphs(this, form).step(shape, condition);
  }

  /**
   * The first part of a step: packed tokens and the input of block 0 that TeaCache watches.
   *
   * @throws IllegalStateException when the model has no double-stream block to watch
   */
  public Graph embed(PackedShape shape, StepForm form) {
    return new CachedStepGraphs(this, form).embed(shape);
  }

  /** The second part of a step: all blocks, packed tokens to packed tokens. */
  public Graph blocks(PackedShape shape, ConditionShape condition, StepForm form) {
    return new CachedStepGraphs(this, form).blocks(shape, condition);
  }

  /**
   * The first part of a step with block 0, whose change a step cache watches.
   *
   * @throws IllegalStateException when the model has no double-stream block to watch
   */
  public Graph firstBlock(PackedShape shape, ConditionShape condition, StepForm form) {
    return new CachedStepGraphs(this, form).firstBlock(shape, condition);
  }

  /** What follows {@link #firstBlock}: all other blocks. */
  public Graph laterBlocks(PackedShape shape, ConditionShape condition, StepForm form) {
    return new CachedStepGraphs(this, form).laterBlocks(shape, condition);
  }

  /** Whether a step can be cut for a step cache, which watches the first double-stream block. */
  public boolean canBeCached() {
    return !doubleBlocks.isEmpty();
  }

  /** The last part of a step: packed tokens to the velocity. */
  public Graph head(PackedShape shape, StepForm form) {
    return new CachedStepGraphs(this, form).head(shape);
  }

  /**
   * One evaluation from raw arguments, every inner value of interest tapped as {@code tap.*}.
   *
   * @param condition image tokens and text tokens, the padded ones too
   * @param realTextTokens at batch 1, how many text tokens the mask keeps; the blocks see those
   */
  public Graph forward(PackedShape shape, ConditionShape condition, int realTextTokens) {
    return new ForwardGraph(this).record(shape, condition, realTextTokens);
  }
}
