package dev.framepack.engine;

import dev.framepack.engine.checkpoint.StoredJob;
import java.nio.file.Path;

/**
 * A generation that was cut off, as its checkpoint knows it: what to open an engine with before
 * {@link FramePackEngine#resume}.
 *
 * @param request what was being made
 * @param setup how the engine was opened
 * @param finishedPlans how many sections, or frames of a rolling window, need not be made again
 */
public record StoppedJob(VideoRequest request, EngineSetup setup, int finishedPlans) {

  /**
   * Reads a checkpoint, without taking it up.
   *
   * @param folder {@code job-...}
   * @throws CheckpointException when it is missing or damaged
   */
  public static StoppedJob read(Path folder) {
    StoredJob stored = StoredJob.read(folder);
    return new StoppedJob(
        stored.request(), EngineSetup.read(stored.setup()), stored.finishedPlans());
  }
}
