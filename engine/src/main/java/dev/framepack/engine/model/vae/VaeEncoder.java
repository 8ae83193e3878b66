package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.weights.config.VaeConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pixels of one window to the moments of its latent distribution. */
final class VaeEncoder {

  private record Level(String name, List<ResnetBlock> resnets, @Nullable CausalConvLayer down) {}

  private final CausalConvLayer convIn;
  private final List<Level> levels = new ArrayList<>();
  private final MidBlock midBlock;
  private final GroupNormLayer normOut;
  private final CausalConvLayer convOut;
  private final CausalConvLayer quantConv;

  VaeEncoder(ParameterScope root, VaeConfig config) {
    ParameterScope scope = root.child("encoder");
    List<Integer> channels = config.blockOutChannels();
    List<Stride> strides = Stride.perLevel(config);
    int groups = config.normNumGroups();
    int moments = 2 * config.latentChannels();
    int width = channels.getFirst();
    convIn = CausalConvLayer.causal(scope, "conv_in", config.inChannels(), width);
    for (int level = 0; level < channels.size(); level++) {
      String name = "down_blocks." + level;
      ParameterScope part = scope.child(name);
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int i = 0; i < config.layersPerBlock(); i++) {
        resnets.add(ResnetBlock.of(part, "resnets." + i, width, channels.get(level), groups));
        width = channels.get(level);
      }
      Stride stride = strides.get(level);
      levels.add(
          new Level(
              name,
              List.copyOf(resnets),
              stride.changesSize()
                  ? CausalConvLayer.causal(part, "downsamplers.0.conv", width, width, stride)
                  : null));
    }
    midBlock = MidBlock.of(scope, width, groups, config.midBlockAddAttention());
    normOut = GroupNormLayer.of(scope, "conv_norm_out", width, groups);
    convOut = CausalConvLayer.causal(scope, "conv_out", width, moments);
    quantConv = CausalConvLayer.pointwise(root, "quant_conv", moments, moments);
  }

  /**
   * @param pixels {@code [B, 3, T, H, W]} in -1..1
   * @return mean, then log variance: {@code [B, 2 latentChannels, 1 + (T-1)/4, H/8, W/8]}
   */
  Value record(GraphBuilder g, Value pixels) {
    try (var _ = g.scope("encoder")) {
      Value x = convIn.apply(g, pixels); // [B, C, T, H, W]
      for (Level level : levels) {
        try (var _ = g.scope(level.name())) {
          for (ResnetBlock resnet : level.resnets()) {
            x = resnet.apply(g, x);
          }
          if (level.down() != null) {
            x = level.down().apply(g, x);
          }
        }
      }
      x = midBlock.apply(g, x);
      x = convOut.apply(g, normOut.applySilu(g, x));
      return quantConv.apply(g, x);
    }
  }
}
