package dev.framepack.engine.pipeline;

import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.packing.SectionPlan;
import org.jspecify.annotations.Nullable;

/**
 * Joins decoded sections into one video, fading over {@code 4 W - 3} frames from the earlier to the
 * later one (spec section 4, "append"), and lets every frame go as soon as nothing can change it
 * any more: only the seam is kept.
 */
public final class FrameStitcher {

  /** Takes finished frames, each exactly once, in any order. */
  @FunctionalInterface
  public interface FrameConsumer {
    /**
     * @param index frame of the finished video
     * @param samples {@code [3, H, W]}, around -1..1; valid during the call only
     */
    void accept(int index, float[] samples);
  }

  private final SectionOrder order;
  private final int seamFrames;
  private final int planeSamples;
  private final FrameConsumer consumer;
  private float @Nullable [][] seam;
  private int seamStart;

  /**
   * @param outputFrames frames of the finished video
   * @param height pixels
   * @param width pixels
   */
  public FrameStitcher(
      SectionOrder order,
      int latentWindow,
      int outputFrames,
      int height,
      int width,
      FrameConsumer consumer) {
    this.order = order;
    this.seamFrames = SectionCount.framesOf(latentWindow);
    this.planeSamples = height * width;
    this.consumer = consumer;
    this.seamStart = order == SectionOrder.INVERTED ? outputFrames : 0;
  }

  /**
   * Takes the next decoded section.
   *
   * @param pixels {@code [3, frames, H, W]}
   */
  public void append(SectionPlan plan, float[] pixels, int frames) {
    float[][] video = new float[frames][3 * planeSamples]; // [frames][3, H, W]
    for (int frame = 0; frame < frames; frame++) {
      for (int c = 0; c < 3; c++) {
        System.arraycopy(
            pixels,
            (c * frames + frame) * planeSamples,
            video[frame],
            c * planeSamples,
            planeSamples);
      }
    }
    if (order == SectionOrder.INVERTED) {
      prepend(plan, video);
    } else {
      appendForward(plan, video);
    }
  }

  private void prepend(SectionPlan plan, float[][] video) {
    if (seam != null) {
      int blended = video.length - seamFrames;
      for (int i = 0; i < seamFrames; i++) {
        fade(video[blended + i], seam[i], i, video[blended + i]);
      }
    }
    int start = seamStart - (seam == null ? video.length : video.length - seamFrames);
    int kept = plan.isLast() ? 0 : seamFrames;
    emit(video, kept, video.length, start);
    seam = copyOf(video, 0, kept);
    seamStart = start;
  }

  private void appendForward(SectionPlan plan, float[][] video) {
    if (seam != null) {
      for (int i = 0; i < seamFrames; i++) {
        fade(seam[i], video[i], i, video[i]);
      }
    }
    int kept = plan.isLast() ? 0 : seamFrames;
    emit(video, 0, video.length - kept, seamStart);
    seam = copyOf(video, video.length - kept, kept);
    seamStart += video.length - kept;
  }

  /** w * earlier + (1 - w) * later with w from 1 to 0, both ends included. */
  private void fade(float[] earlier, float[] later, int index, float[] target) {
    float weight = seamFrames == 1 ? 1 : 1 - (float) index / (seamFrames - 1);
    for (int i = 0; i < target.length; i++) {
      target[i] = weight * earlier[i] + (1 - weight) * later[i];
    }
  }

  private void emit(float[][] video, int from, int to, int start) {
    for (int frame = from; frame < to; frame++) {
      consumer.accept(start + frame, video[frame]);
    }
  }

  private static float[][] copyOf(float[][] video, int from, int count) {
    float[][] copy = new float[count][];
    System.arraycopy(video, from, copy, 0, count);
    return copy;
  }
}
