package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.ParameterScope;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.Value;
import dev.framepack.kernels.op.UpsampleNearest3d;
import dev.framepack.weights.config.VaeConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Latents of one window to its pixels. */
final class VaeDecoder {

  private record Level(
      String name, List<ResnetBlock> resnets, Stride stride, @Nullable CausalConvLayer up) {}

  private final CausalConvLayer postQuantConv;
  private final CausalConvLayer convIn;
  private final MidBlock midBlock;
  private final List<Level> levels = new ArrayList<>();
  private final GroupNormLayer normOut;
  private final CausalConvLayer convOut;

  VaeDecoder(ParameterScope root, VaeConfig config) {
    ParameterScope scope = root.child("decoder");
    List<Integer> channels = config.blockOutChannels().reversed();
    List<Stride> strides = Stride.perLevel(config);
    int groups = config.normNumGroups();
    int latents = config.latentChannels();
    int width = channels.getFirst();
    postQuantConv = CausalConvLayer.pointwise(root, "post_quant_conv", latents, latents);
    convIn = CausalConvLayer.causal(scope, "conv_in", latents, width);
    midBlock = MidBlock.of(scope, width, groups, config.midBlockAddAttention());
    for (int level = 0; level < channels.size(); level++) {
      String name = "up_blocks." + level;
      ParameterScope part = scope.child(name);
      List<ResnetBlock> resnets = new ArrayList<>();
      for (int i = 0; i < config.layersPerBlock() + 1; i++) {
        resnets.add(ResnetBlock.of(part, "resnets." + i, width, channels.get(level), groups));
        width = channels.get(level);
      }
      Stride stride = strides.get(level);
      levels.add(
          new Level(
              name,
              List.copyOf(resnets),
              stride,
              stride.changesSize()
                  ? CausalConvLayer.causal(part, "upsamplers.0.conv", width, width)
                  : null));
    }
    normOut = GroupNormLayer.of(scope, "conv_norm_out", width, groups);
    convOut = CausalConvLayer.causal(scope, "conv_out", width, config.outChannels());
  }

  /**
   * @param latents {@code [B, latentChannels, T, H, W]}, already divided by the scaling factor
   * @return pixels around -1..1, {@code [B, 3, 1 + 4 (T-1), 8 H, 8 W]}
   */
  Value record(GraphBuilder g, Value latents) {
    try (var _ = g.scope("decoder")) {
      Value x = convIn.apply(g, postQuantConv.apply(g, latents)); // [B, C, T, H, W]
      x = midBlock.apply(g, x);
      for (Level level : levels) {
        try (var _ = g.scope(level.name())) {
          for (ResnetBlock resnet : level.resnets()) {
            x = resnet.apply(g, x);
          }
          if (level.up() != null) {
            Stride stride = level.stride();
            x = g.op(new UpsampleNearest3d(stride.time(), stride.space()), x);
            x = level.up().apply(g, x);
          }
        }
      }
      return convOut.apply(g, normOut.applySilu(g, x));
    }
  }
}
