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
  // Noise for the frames of sections that drifted, by their first frame; the last few sections.
  private final NavigableMap<Integer, LatentVideo> noise = new TreeMap<>();

  AdaptiveAntiDrifting(long seed) {
    this.seed = seed;
  }

  @Override
  public void onFinished(LatentVideo frames, int firstFrame) {
    ChannelStatistics own = ChannelStatistics.of(frames);
    running = running == null ? own : running.mixed(DECAY, own);
    if (ChannelStatistics.distance(own.mean(), running.mean()) > FAR
        && ChannelStatistics.distance(own.variance(), running.variance()) > FAR) {
      float[] values = new TorchRandom(seed + firstFrame).randn(frames.values().length);
      noise.put(
          firstFrame,
          new LatentVideo(
              frames.channels(), frames.frames(), frames.height(), frames.width(), values));
    }
  }

  @Override
  public void apply(LatentVideo context, int[] frames) {
    for (int i = 0; i < frames.length; i++) {
      var section = noise.floorEntry(frames[i]);
      if (section != null && frames[i] - section.getKey() < section.getValue().frames()) {
        add(context, i, section.getValue(), frames[i] - section.getKey());
      }
    }
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
