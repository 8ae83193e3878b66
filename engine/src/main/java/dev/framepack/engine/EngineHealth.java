package dev.framepack.engine;

import java.util.Optional;

/**
 * Whether an engine can work.
 *
 * @param state {@code READY} takes jobs
 * @param reason the fault that lost the device, or empty
 * @param runningJob id of the job that is computed now
 * @param queueLength jobs that wait
 */
public record EngineHealth(
    State state, Optional<String> reason, Optional<String> runningJob, int queueLength) {

  /** What becomes of a job that is submitted. */
  public enum State {
    READY,
    /** The device is lost to this process. */
    DEAD,
    CLOSED
  }

  /** True while jobs are taken. */
  public boolean isReady() {
    return state == State.READY;
  }
}
