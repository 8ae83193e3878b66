package dev.framepack.weights.config;

import java.nio.file.Path;
import java.util.List;

/**
 * {@code vae/config.json}: the HunyuanVideo causal 3D VAE (spec section 5). Defaults are those of
 * the published 246 M checkpoint's class.
 *
 * @param inChannels pixel channels going in
 * @param outChannels pixel channels coming out
 * @param latentChannels channels of mean and of log variance
 * @param blockOutChannels width of each resolution, pixels first
 * @param layersPerBlock residual blocks per encoder resolution; the decoder has one more
 * @param normNumGroups groups of every group norm
 * @param scalingFactor latents leave the encoder multiplied by it
 * @param spatialCompressionRatio pixels per latent, rows and columns
 * @param temporalCompressionRatio frames per latent frame after the first
 * @param midBlockAddAttention whether the middle block has attention
 */
public record VaeConfig(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor,
    int spatialCompressionRatio,
    int temporalCompressionRatio,
    boolean midBlockAddAttention) {

  public VaeConfig {
    blockOutChannels = List.copyOf(blockOutChannels);
  }

  /** The published 246 M model. */
  public static VaeConfig published() {
    return new VaeConfig(3, 3, 16, List.of(128, 256, 512, 512), 2, 32, 0.476986, 8, 4, true);
  }

  /**
   * Reads a component folder's {@code config.json}, or the file itself.
   *
   * @throws dev.framepack.weights.WeightException {@code CONFIG_*}, naming file and field
   */
  public static VaeConfig read(Path folderOrFile) {
    ConfigReader json = ConfigReader.read(folderOrFile, "config.json");
    json.requireClass("_class_name", "AutoencoderKLHunyuanVideo");
    json.oneOf("act_fn", "silu", "silu");
    // Section lengths, windows and picture sizes of the method are built on these.
    json.requireInteger("spatial_compression_ratio", 8, 8);
    json.requireInteger("temporal_compression_ratio", 4, 4);
    json.requireInteger("in_channels", 3, 3);
    json.requireInteger("out_channels", 3, 3);
    VaeConfig base = published();
    VaeConfig config =
        new VaeConfig(
            base.inChannels,
            base.outChannels,
            json.integer("latent_channels", base.latentChannels, 1, 1024),
            json.integers("block_out_channels", base.blockOutChannels, 3, 8, 1, 1 << 14),
            json.integer("layers_per_block", base.layersPerBlock, 1, 64),
            json.integer("norm_num_groups", base.normNumGroups, 1, 1 << 14),
            json.number("scaling_factor", base.scalingFactor, 1e-6, 1e6),
            base.spatialCompressionRatio,
            base.temporalCompressionRatio,
            json.flag("mid_block_add_attention", base.midBlockAddAttention));
    config.check(json);
    json.finish();
    return config;
  }

  private void check(ConfigReader json) {
    int blocks = blockOutChannels.size();
    int down = json.sameTexts("down_block_types", blocks, "HunyuanVideoDownBlock3D");
    int up = json.sameTexts("up_block_types", blocks, "HunyuanVideoUpBlock3D");
    if (down != blocks || up != blocks) {
      throw json.inconsistent(
          "%s down_block_types and %s up_block_types, expected one per block_out_channels = %s"
              .formatted(down, up, blocks));
    }
    for (int channels : blockOutChannels) {
      if (channels % normNumGroups != 0) {
        throw json.inconsistent(
            "norm_num_groups is %s, expected a divisor of every block_out_channels %s"
                .formatted(normNumGroups, blockOutChannels));
      }
    }
  }
}
