package dev.framepack.engine.model.vision;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.EncoderLayer;
import dev.framepack.engine.model.nn.LayerNormLayer;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Slice;
import dev.framepack.weights.config.SiglipVisionConfig;
import java.util.ArrayList;
import java.util.List;

/** The SigLIP vision model: the last hidden state after the post layer norm (spec section 6). */
public final class SiglipVisionEncoder {
  /** Graph input. */
  public static final String PIXELS = "pixels";

  /** Graph output. */
  public static final String HIDDEN = "hidden";

  private final SiglipVisionConfig config;
  private final Parameter patchWeight;
  private final Parameter patchBias;
  private final Parameter positions;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final LayerNormLayer postNorm;
  private final List<Parameter> parameters;

  public SiglipVisionEncoder(SiglipVisionConfig config) {
    this.config = config;
    ParameterScope scope = ParameterScope.root();
    int width = config.hiddenSize();
    int patch = config.patchSize();
    float eps = (float) config.layerNormEps();
    ParameterScope embeddings = scope.child("embeddings");
    patchWeight =
        embeddings.of("patch_embedding.weight", width, config.numChannels(), patch, patch);
    patchBias = embeddings.of("patch_embedding.bias", width);
    positions = embeddings.of("position_embedding.weight", config.tokens(), width);
    EncoderLayer.Sizes sizes =
        new EncoderLayer.Sizes(
            width,
            config.intermediateSize(),
            config.numAttentionHeads(),
            eps,
            Activation.GELU_TANH);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      layers.add(EncoderLayer.of(scope, "encoder.layers." + layer, sizes));
    }
    postNorm = LayerNormLayer.of(scope, "post_layernorm", width, eps);
    parameters = scope.declared();
  }

  /** What must be loaded. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Weights by layer in order of use, each read once per run. */
  public List<WeightGroup> weightGroups() {
    List<WeightGroup> groups = new ArrayList<>();
    groups.add(WeightGroup.below("embeddings", parameters, false, p -> true));
    for (int layer = 0; layer < layers.size(); layer++) {
      groups.add(WeightGroup.below("encoder.layers." + layer, parameters, false, p -> true));
    }
    return groups;
  }

  /** What a checkpoint may hold besides, the attention pooling head; never loaded. */
  public List<Parameter> unusedParameters() {
    ParameterScope head = ParameterScope.root().child("head");
    int width = config.hiddenSize();
    head.of("probe", 1, 1, width);
    head.of("attention.in_proj_weight", 3L * width, width);
    head.of("attention.in_proj_bias", 3L * width);
    head.of("attention.out_proj.weight", width, width);
    head.of("attention.out_proj.bias", width);
    head.of("layernorm.weight", width);
    head.of("layernorm.bias", width);
    head.of("mlp.fc1.weight", config.intermediateSize(), width);
    head.of("mlp.fc1.bias", config.intermediateSize());
    head.of("mlp.fc2.weight", width, config.intermediateSize());
    head.of("mlp.fc2.bias", width);
    return head.declared();
  }

  /**
   * Records the encoder.
   *
   * @param pixels {@code [B, 3, imageSize, imageSize]} in -1..1; rows and columns beyond the last
   *     whole patch are left out
   * @return {@code [B, tokens, hiddenSize]}
   */
  public Value record(GraphBuilder g, Value pixels) {
    int patch = config.patchSize();
    long patchValues = (long) config.numChannels() * patch * patch;
    int covered = config.imageSize() / patch * patch;
    Value x = pixels; // [B, 3, S, S]
    if (covered < config.imageSize()) {
      x = g.op(new Slice(3, 0, covered), g.op(new Slice(2, 0, covered), x));
    }
    x = g.reshape(x, x.size(0), x.size(1), 1, covered, covered); // [B, 3, 1, S, S]
    x = g.op(new Patchify(1, patch, patch), x); // [B, tokens, 3 patch patch]
    Value kernel = g.reshape(g.weight(patchWeight), config.hiddenSize(), patchValues);
    x = g.op(Linear.plain(true), x, kernel, g.weight(patchBias)); // [B, tokens, hiddenSize]
    x = g.op(new Add(), x, g.weight(positions));
    for (EncoderLayer layer : layers) {
      x = layer.apply(g, x, Attention.Mask.NONE);
    }
    return postNorm.apply(g, x);
  }

  /** The graph from {@link #PIXELS} of one picture to {@link #HIDDEN}. */
  public Graph graph() {
    GraphBuilder g = new GraphBuilder("image_encoder");
    int size = config.imageSize();
    g.output(HIDDEN, record(g, g.input(PIXELS, 1, config.numChannels(), size, size)));
    return g.build();
  }

  /**
   * Encodes one picture.
   *
   * @param pixels {@code [3, imageSize, imageSize]} in -1..1
   * @return row-major {@code [tokens, hiddenSize]}
   */
  public float[] encode(Backend backend, WeightStore weights, float[] pixels) {
    try (CompiledGraph graph = CompiledGraph.compile(graph(), backend, weights)) {
      HostValues.upload(backend, pixels, graph.input(PIXELS));
      graph.run();
      return HostValues.download(backend, graph.output(HIDDEN));
    }
  }
}
