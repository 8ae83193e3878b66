package dev.framepack.engine.model.text;

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
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.Slice;
import dev.framepack.weights.config.ClipTextConfig;
import java.util.ArrayList;
import java.util.List;

/** The CLIP text model: causal layers, a final norm, and the pooled row of a prompt (section 6). */
public final class ClipTextEncoder {
  /** The end token that files written before the transformers library knew better name. */
  private static final int LEGACY_EOS_TOKEN_ID = 2;

  /** Graph input, I32. */
  public static final String IDS = "ids";

  /** Graph output. */
  public static final String POOLED = "pooled";

  private static final String POSITION = "pooled_position";

  private final ClipTextConfig config;
  private final Parameter tokenEmbedding;
  private final Parameter positionEmbedding;
  private final List<EncoderLayer> layers = new ArrayList<>();
  private final LayerNormLayer finalNorm;
  private final List<Parameter> parameters;

  public ClipTextEncoder(ClipTextConfig config) {
    this.config = config;
    ParameterScope scope = ParameterScope.root();
    int width = config.hiddenSize();
    float eps = (float) config.layerNormEps();
    ParameterScope embeddings = scope.child("embeddings");
    tokenEmbedding = embeddings.of("token_embedding.weight", config.vocabSize(), width);
    positionEmbedding =
        embeddings.of("position_embedding.weight", config.maxPositionEmbeddings(), width);
    EncoderLayer.Sizes sizes =
        new EncoderLayer.Sizes(
            width,
            config.intermediateSize(),
            config.numAttentionHeads(),
            eps,
            Activation.QUICK_GELU);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      layers.add(EncoderLayer.of(scope, "encoder.layers." + layer, sizes));
    }
    finalNorm = LayerNormLayer.of(scope, "final_layer_norm", width, eps);
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

  /**
   * Records the encoder.
   *
   * @param ids I32 {@code [1, N]}, N at most the model's positions
   * @param pooledPosition I32 {@code [1]}: see {@link #pooledPosition(int...)}
   * @return the pooled vector {@code [1, hiddenSize]}
   */
  public Value record(GraphBuilder g, Value ids, Value pooledPosition) {
    int tokens = ids.size(1);
    Value positions = g.weight(positionEmbedding); // [positions, width]
    if (tokens < positions.size(0)) {
      positions = g.op(new Slice(0, 0, tokens), positions); // [N, width]
    }
    Value x = g.op(new Embedding(), ids, g.weight(tokenEmbedding)); // [1, N, width]
    x = g.op(new Add(), x, positions);
    for (EncoderLayer layer : layers) {
      x = layer.apply(g, x, Attention.Mask.CAUSAL);
    }
    Value rows = g.reshape(finalNorm.apply(g, x), tokens, -1); // [N, width]
    return g.op(new Embedding(), pooledPosition, rows);
  }

  /**
   * The first position of the end token; 0 when there is none. When the config names the legacy end
   * token 2, the first position of the highest id.
   */
  public int pooledPosition(int... ids) {
    int best = 0;
    for (int i = 0; i < ids.length; i++) {
      if (config.eosTokenId() == LEGACY_EOS_TOKEN_ID) {
        best = ids[i] > ids[best] ? i : best;
      } else if (ids[i] == config.eosTokenId()) {
        return i;
      }
    }
    return best;
  }

  /** The graph from {@link #IDS} {@code [1, tokens]} and a position to {@link #POOLED}. */
  public Graph graph(int tokens) {
    GraphBuilder g = new GraphBuilder("text_encoder_2");
    Value ids = TokenInput.declare(g, IDS, 1, tokens);
    g.output(POOLED, record(g, ids, TokenInput.declare(g, POSITION, 1)));
    return g.build();
  }

  /**
   * Encodes one prompt.
   *
   * @param ids with begin, end and padding tokens
   * @return the pooled vector {@code [hiddenSize]}
   */
  public float[] encode(Backend backend, WeightStore weights, int... ids) {
    try (CompiledGraph graph = CompiledGraph.compile(graph(ids.length), backend, weights)) {
      TokenInput.upload(backend, ids, graph.input(IDS));
      TokenInput.upload(backend, new int[] {pooledPosition(ids)}, graph.input(POSITION));
      graph.run();
      return HostValues.download(backend, graph.output(POOLED));
    }
  }
}
