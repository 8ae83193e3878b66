package dev.framepack.engine.history;

import dev.framepack.engine.packing.LatentVideo;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves generated history to the channel statistics of what was made first: {@code (1 - alpha) x +
 * alpha ((x - mean) / deviation * reference deviation + reference mean)}, with mean and deviation
 * of the section a frame belongs to. Training-free history projection, as published for Helios.
 */
final class ChannelRenormalisation implements HistoryFilter {
  private static final double LEAST_VARIANCE = 1e-12;

  private final double alpha;
  private @Nullable ChannelStatistics reference;
  // By the first frame of each section.
  private final NavigableMap<Integer, ChannelStatistics> sections = new TreeMap<>();

  /**
   * @param alpha 0 changes nothing, 1 takes the reference's statistics
   */
  ChannelRenormalisation(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public void onFinished(LatentVideo frames, int firstFrame) {
    ChannelStatistics own = ChannelStatistics.of(frames);
    sections.put(firstFrame, own);
    if (reference == null) {
      reference = own;
    }
  }

  @Override
  public void apply(LatentVideo context, int[] frames) {
    if (reference == null) {
      return;
    }
    for (int i = 0; i < frames.length; i++) {
      var section = sections.floorEntry(frames[i]);
      if (frames[i] > 0 && section != null) {
        move(context, i, section.getValue(), reference);
      }
    }
  }

  private void move(LatentVideo context, int frame, ChannelStatistics from, ChannelStatistics to) {
    int plane = context.height() * context.width();
    for (int c = 0; c < context.channels(); c++) {
      double gain = Math.sqrt(to.variance()[c] / Math.max(from.variance()[c], LEAST_VARIANCE));
      double shift = to.mean()[c] - gain * from.mean()[c];
      int start = (c * context.frames() + frame) * plane;
      for (int i = start; i < start + plane; i++) {
        double x = context.values()[i];
        context.values()[i] = (float) (x + alpha * (gain * x + shift - x));
      }
    }
  }
}
