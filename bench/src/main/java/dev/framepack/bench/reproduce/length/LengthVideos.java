package dev.framepack.bench.reproduce.length;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.VideoRequest;
import java.util.List;
import java.util.function.Supplier;

/** The videos of one length, one after the other; its sections take turns with other lengths'. */
record LengthVideos(
    Supplier<FramePackEngine> engines, VideoRequest request, int videos, SectionClock clock)
    implements Supplier<List<Double>> {

  /** Makes them; the time of every section, milliseconds. */
  @Override
  public List<Double> get() {
    try {
      clock.begin();
      try (FramePackEngine engine = engines.get()) {
        for (int video = 0; video < videos; video++) {
          engine.observe(request, clock, (start, frames) -> {});
        }
      }
      clock.leave();
      return clock.sectionMillis();
    } catch (RuntimeException | Error e) {
      clock.stop(e);
      throw e;
    }
  }
}
