package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.metric.VideoFrames;

/** Measures finished videos. */
public interface VideoMeter {

  /** Name and version of what is measured and how; part of every cell's key. */
  String profile();

  /** The scene's true future is compared with where it is known. */
  Measurement measure(VideoFrames video, SceneInput scene);
}
