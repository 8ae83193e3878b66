package dev.framepack.bench.reproduce.spark;

import dev.framepack.engine.FramePackException;
import org.jspecify.annotations.Nullable;

/** Spark or one of its machines keeps a run from going on. */
public final class ClusterException extends FramePackException {

  /**
   * As {@link FramePackException}'s.
   *
   * @param code stable identifier
   * @param message what, where, expected, found
   * @param remedy what the caller can do about it
   */
  public ClusterException(String code, String message, String remedy, @Nullable Throwable cause) {
    super(code, message, remedy, cause);
  }
}
