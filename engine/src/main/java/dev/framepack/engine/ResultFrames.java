package dev.framepack.engine;

import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.engine.timeline.ClipExtension;
import dev.framepack.engine.video.FrameStore;
import java.util.List;

/**
 * Puts what the pipeline makes where it belongs in the result. Of a video that goes on from a clip
 * the pipeline makes the clip's last frames too, faded into the first section.
 */
final class ResultFrames {
  private final VideoRequest request;
  private final FrameStore store;
  private final int firstKept;

  ResultFrames(VideoRequest request, FrameStore store) {
    this.request = request;
    this.store = store;
    ClipExtension extension = request.extension();
    int faded = extension == null ? 0 : SectionCount.framesOf(request.latentWindow());
    this.firstKept = extension == null || extension.withClip() ? 0 : faded;
    if (extension != null && extension.withClip()) {
      putClip(extension, faded);
    }
  }

  private void putClip(ClipExtension extension, int faded) {
    ImageSize size = FramePackPipeline.outputSize(request);
    int unchanged = extension.clip().size() - faded;
    for (int i = 0; i < unchanged; i++) {
      store.put(i - unchanged, FramePackPipeline.fit(request, extension.clip().get(i), size));
    }
  }

  /** Takes finished frames. */
  void put(int start, List<Rgb8Image> finished) {
    for (int i = 0; i < finished.size(); i++) {
      if (start + i >= firstKept) {
        store.put(start + i, finished.get(i));
      }
    }
  }
}
