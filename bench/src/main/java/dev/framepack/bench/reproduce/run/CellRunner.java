package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.VideoRequest;

/** Makes and measures one video. */
public interface CellRunner {

  /**
   * Makes the video, measures it and keeps some pictures of it.
   *
   * @param key of the cell, for names of files
   * @throws dev.framepack.engine.InvalidRequestException when the engine makes no such video
   * @throws dev.framepack.engine.CancelledException when the run is to end
   * @throws dev.framepack.engine.FramePackException when it fails
   */
  CellResult run(String key, VideoRequest request, SceneInput scene);
}
