package dev.framepack.bench.reproduce.run;

/** Gets and measures one video. */
public interface CellRunner {

  /**
   * Gets the video, measures it and keeps some pictures of it.
   *
   * @param key of the cell, for names of files
   * @throws dev.framepack.engine.InvalidRequestException when the engine makes no such video
   * @throws dev.framepack.engine.CancelledException when the run is to end
   * @throws dev.framepack.engine.FramePackException when it fails
   */
  CellResult run(String key, VideoSource source, SceneInput scene);
}
