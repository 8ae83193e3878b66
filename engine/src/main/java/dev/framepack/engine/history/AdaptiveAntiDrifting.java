package dev.framepack.engine.history;

import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.random.TorchRandom;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds a little noise to sections that drifted, before they serve as history: where the channel
 * means and variances of a section are both far from their running means (Helios, {@code
 * AdaptiveAntiDrifting}; its constants).
 */
final class AdaptiveAntiDrifting implements HistoryFilter {
  private static final double DECAY = 0.9;
  private static final double FAR = 0.15;
  private static final float NOISE = 0.1f;

  private final long seed;
  private @Nullable ChannelStatistics running;
  // How many frames each section that drifted has, by its first frame.
  private final NavigableMap<Integer, Integer> drifted = new TreeMap<>();

  AdaptiveAntiDrifting(long seed) {
    this.seed = seed;
  }

  @Override
  public void onFinished(LatentVideo frames, int firstFrame) {
    ChannelStatistics own = ChannelStatistics.of(frames);
    running = running == null ? own : running.mixed(DECAY, own);
    if (ChannelStatistics.distance(own.mean(), running.mean()) > FAR
        && ChannelStatistics.distance(own.variance(), running.variance()) > FAR) {
      drifted.put(firstFrame, frames.frames());
    }
  }

  @Override
  public void apply(LatentVideo context, int[] frames) {
    int noiseOf = Integer.MIN_VALUE;
    LatentVideo noise = context;
    for (int i = 0; i < frames.length; i++) {
      var section = drifted.floorEntry(frames[i]);
      if (section != null && frames[i] - section.getKey() < section.getValue()) {
        if (section.getKey() != noiseOf) {
          noiseOf = section.getKey();
          noise = noise(context, noiseOf, section.getValue());
        }
        add(context, i, noise, frames[i] - noiseOf);
      }
    }
  }

  /** Drawn again whenever a section is seen, the same each time. */
  private LatentVideo noise(LatentVideo like, int firstFrame, int frames) {
    long count = (long) like.channels() * frames * like.height() * like.width();
    return new LatentVideo(
        like.channels(),
        frames,
        like.height(),
        like.width(),
        new TorchRandom(seed + firstFrame).randn(count));
  }

  private static void add(LatentVideo context, int frame, LatentVideo noise, int noiseFrame) {
    int plane = context.height() * context.width();
    for (int c = 0; c < context.channels(); c++) {
      int to = (c * context.frames() + frame) * plane;
      int from = (c * noise.frames() + noiseFrame) * plane;
      for (int i = 0; i < plane; i++) {
        context.values()[to + i] += NOISE * noise.values()[from + i];
      }
    }
  }
}
