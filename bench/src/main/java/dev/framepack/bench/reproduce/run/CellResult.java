package dev.framepack.bench.reproduce.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished cell left. Pictures are strips of seven evenly spaced frames, the first, the
 * middle and the last among them, and given by their names relative to the run's folder.
 *
 * @param frames of the video
 * @param strip of the video
 * @param truth strip of the scene's true future over as many frames; null where it is not known
 * @param cost of the generation; null where nothing was generated
 */
public record CellResult(
    Measurement measurement,
    int frames,
    String strip,
    @Nullable String truth,
    @Nullable Cost cost) {

  /**
   * What a generation cost.
   *
   * @param sectionMillis wall time from the begin of each section to that of the next, in order of
   *     generation; an order that has to decode late decodes in few of them
   * @param elapsedMillis wall time of the generation
   * @param peakBytes most memory of graphs and workspace at once, beside the weights
   * @param weightBytes all weights
   * @param precision what the models computed in
   */
  public record Cost(
      List<Double> sectionMillis,
      double elapsedMillis,
      long peakBytes,
      long weightBytes,
      String precision) {

    public Cost {
      sectionMillis = List.copyOf(sectionMillis);
    }

    /** Of the video. */
    public int sections() {
      return sectionMillis.size();
    }

    /** Wall time of the generation over the number of sections, decoding and all. */
    public double secondsPerSection() {
      return elapsedMillis / 1e3 / sections();
    }
  }
}
