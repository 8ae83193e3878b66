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
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.nn.TokenInput;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.weights.config.LlamaConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Llama as a text encoder: the hidden state after the third-last layer, so the last two layers and
 * the final norm are never computed (spec section 6).
 *
 * <p>Attention is causal and padding stands on the right, so a prompt is run at its real length;
 * its rows are the same as with padding.
 */
public final class LlamaTextEncoder {
  /** Graph input, I32. */
  public static final String IDS = "ids";

  /** Graph output. */
  public static final String HIDDEN = "hidden";

  private static final int SKIPPED_LAYERS = 2;

  private final LlamaConfig config;
  private final Parameter embedding;
  private final List<LlamaLayer> layers = new ArrayList<>();
  private final List<Parameter> parameters;
  private final List<Parameter> unusedParameters;

  /**
   * @throws IllegalArgumentException when there are fewer than two layers to skip
   */
  public LlamaTextEncoder(LlamaConfig config) {
    if (config.numHiddenLayers() < SKIPPED_LAYERS) {
      throw new IllegalArgumentException(
          "LlamaTextEncoder: num_hidden_layers must be at least %s, found %s"
              .formatted(SKIPPED_LAYERS, config.numHiddenLayers()));
    }
    this.config = config;
    ParameterScope used = ParameterScope.root();
    this.embedding = used.of("embed_tokens.weight", config.vocabSize(), config.hiddenSize());
    int computed = config.numHiddenLayers() - SKIPPED_LAYERS;
    for (int layer = 0; layer < computed; layer++) {
      layers.add(LlamaLayer.of(used, "layers." + layer, config));
    }
    this.parameters = used.declared();
    ParameterScope unused = ParameterScope.root();
    for (int layer = computed; layer < config.numHiddenLayers(); layer++) {
      LlamaLayer.of(unused, "layers." + layer, config);
    }
    unused.of("norm.weight", config.hiddenSize());
    this.unusedParameters = unused.declared();
  }

  /** What must be loaded. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Weights by layer in order of use; one prompt reads each group once. */
  public List<WeightGroup> weightGroups() {
    List<WeightGroup> groups = new ArrayList<>();
    groups.add(WeightGroup.below("embed_tokens", parameters, false, p -> true));
    for (int layer = 0; layer < layers.size(); layer++) {
      groups.add(WeightGroup.below("layers." + layer, parameters, false, p -> true));
    }
    return groups;
  }

  /** What a checkpoint may hold besides; never loaded. */
  public List<Parameter> unusedParameters() {
    return unusedParameters;
  }

  /**
   * Records the encoder.
   *
   * @param ids I32 {@code [B, N]}
   * @return {@code [B, N, hiddenSize]}
   */
  public Value record(GraphBuilder g, HostConstants constants, Value ids) {
    int tokens = ids.size(1);
    int headDim = config.headDim();
    RotaryTables tables = RotaryTables.of(tokens, headDim, config.ropeTheta());
    Value cos = constants.declare(g, "rotary.cos", tables.cos(), tokens, headDim);
    Value sin = constants.declare(g, "rotary.sin", tables.sin(), tokens, headDim);
    Value x = g.op(new Embedding(), ids, g.weight(embedding)); // [B, N, hiddenSize]
    for (LlamaLayer layer : layers) {
      x = layer.apply(g, x, cos, sin);
    }
    return x;
  }

  /** The graph from {@link #IDS} {@code [1, tokens]} to {@link #HIDDEN}. */
  public Graph graph(HostConstants constants, int tokens) {
    GraphBuilder g = new GraphBuilder("text_encoder");
    g.output(HIDDEN, record(g, constants, TokenInput.declare(g, IDS, 1, tokens)));
    return g.build();
  }

  /**
   * Encodes one prompt.
   *
   * @param ids the prompt's tokens without padding
   * @return row-major {@code [ids.length, hiddenSize]}
   */
  public float[] encode(Backend backend, WeightStore weights, int... ids) {
    HostConstants constants = new HostConstants();
    try (CompiledGraph graph =
        CompiledGraph.compile(graph(constants, ids.length), backend, weights)) {
      constants.upload(backend, graph);
      TokenInput.upload(backend, ids, graph.input(IDS));
      graph.run();
      return HostValues.download(backend, graph.output(HIDDEN));
    }
  }
}
