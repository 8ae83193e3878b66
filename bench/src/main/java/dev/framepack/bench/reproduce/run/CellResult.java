package dev.framepack.bench.reproduce.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished cell left.
 *
 * @param sectionMillis wall time of each section, denoising and decoding, in order of generation
 * @param elapsedMillis wall time of the generation
 * @param frames of the video
 * @param peakBytes most memory of graphs and workspace at once, beside the weights
 * @param weightBytes all weights
 * @param precision what the models computed in
 * @param thumbnails of the video
 * @param truth of the scene's true future over as many frames; null where it is not known
 */
public record CellResult(
    Measurement measurement,
    List<Double> sectionMillis,
    double elapsedMillis,
    int frames,
    long peakBytes,
    long weightBytes,
    String precision,
    Thumbnails thumbnails,
    @Nullable Thumbnails truth) {

  /**
   * Pictures in the run's folder, by names relative to it.
   *
   * @param strip seven frames side by side, evenly spaced: the first, the middle and the last among
   *     them
   */
  public record Thumbnails(String first, String middle, String last, String strip) {}

  public CellResult {
    sectionMillis = List.copyOf(sectionMillis);
  }
}
