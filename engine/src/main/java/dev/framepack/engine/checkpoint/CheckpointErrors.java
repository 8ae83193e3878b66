package dev.framepack.engine.checkpoint;

import dev.framepack.engine.CheckpointException;
import dev.framepack.engine.OutputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The failures of checkpoints, each made in one place. */
final class CheckpointErrors {
  private static final String AGAIN = "submit the request again";

  private CheckpointErrors() {}

  static OutputException writeFailed(Path path, Throwable cause) {
    return new OutputException(
        "CHECKPOINT_WRITE_FAILED",
        "%s: cannot be written (%s)".formatted(path, cause),
        "check the free space and the permissions, then resume",
        cause);
  }

  static OutputException exists(Path folder, Throwable cause) {
    return new OutputException(
        "CHECKPOINT_EXISTS",
        folder + ": a job of this id was checkpointed there already",
        "resume that one, or choose another id",
        cause);
  }

  static CheckpointException missing(Path folder, String what) {
    return new CheckpointException(
        "CHECKPOINT_MISSING",
        "%s: found no %s".formatted(folder, what),
        "name a folder job-... of a generation with checkpoints",
        null);
  }

  static CheckpointException damaged(Path path, String how, @Nullable Throwable cause) {
    return new CheckpointException("CHECKPOINT_DAMAGED", path + ": " + how, AGAIN, cause);
  }

  static CheckpointException otherFormat(Path path, int expected, Object found) {
    return new CheckpointException(
        "CHECKPOINT_FORMAT",
        "%s: format: expected %s, found %s".formatted(path, expected, found),
        "resume with the version that wrote it, or " + AGAIN,
        null);
  }

  static CheckpointException foreign(Path path, String field, String then, String now) {
    return new CheckpointException(
        "CHECKPOINT_FOREIGN",
        "%s: %s: expected %s as the checkpoint was made with, found %s"
            .formatted(path, field, then, now),
        "resume with what it was made with, or " + AGAIN,
        null);
  }

  static CheckpointException otherRequest(Path folder) {
    return new CheckpointException(
        "CHECKPOINT_FOREIGN",
        folder + ": request: expected the one that was there when it was submitted, found another",
        "resume it once more",
        null);
  }

  static CheckpointException locked(Path folder) {
    return new CheckpointException(
        "CHECKPOINT_LOCKED",
        folder + ": the job is being run by this or another process",
        "wait for it, or stop it first",
        null);
  }
}
