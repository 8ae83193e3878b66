package dev.framepack.engine.history;

import java.util.ArrayList;
import java.util.List;

/** Makes the filters of a policy. */
public final class HistoryFilters {
  private HistoryFilters() {}

  // Noise of filters must not be the noise of sections, which is PyTorch's for the seed.
  private static final long FILTER_STREAM = 0x51ED270BL;

  /**
   * The filters in the order in which the context passes them: discretisation comes last, because
   * the network is to see codewords.
   *
   * @param channels of latents, which a codebook must have
   * @param seed of the video
   * @throws dev.framepack.engine.FramePackException for a codebook that cannot be read or is of
   *     another model
   */
  public static List<HistoryFilter> of(HistoryPolicy policy, int channels, long seed) {
    List<HistoryFilter> filters = new ArrayList<>();
    policy
        .find(HistoryRule.Renormalise.class)
        .ifPresent(rule -> filters.add(new ChannelRenormalisation(rule.alpha())));
    policy
        .find(HistoryRule.AdaptiveNoise.class)
        .ifPresent(rule -> filters.add(new AdaptiveAntiDrifting(seed + FILTER_STREAM)));
    policy
        .find(HistoryRule.Codebook.class)
        .ifPresent(
            rule -> filters.add(HistoryCodebook.read(rule.file()).requireChannels(channels)));
    return filters;
  }
}
