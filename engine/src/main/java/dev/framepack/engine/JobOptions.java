package dev.framepack.engine;

import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a job is run; nothing of it changes the video.
 *
 * @param id names the job in logs, events and threads: 1 to 64 letters, digits, dots, dashes and
 *     underscores
 * @param listener told how the job gets on
 * @param frameDirectory where finished frames wait in a temporary file; null for the system's
 *     temporary folder
 * @param checkpoints where what is finished is written down in a folder {@code job-ID}, so that
 *     {@link FramePackEngine#resume} can go on after whatever happens; null for nowhere
 * @param keepCheckpoint whether that folder stays when the video was delivered whole
 */
public record JobOptions(
    String id,
    GenerationListener listener,
    @Nullable Path frameDirectory,
    @Nullable Path checkpoints,
    boolean keepCheckpoint) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /**
   * Checks the id.
   *
   * @throws InvalidRequestException {@code JOB_ID}
   */
  public JobOptions {
    if (!ID.matcher(id).matches()) {
      throw new InvalidRequestException(
          "JOB_ID",
          "a job's id is 1 to 64 of A-Z a-z 0-9 . _ -, found '%s'".formatted(id),
          "leave it out to get a new one",
          null);
    }
  }

  /** A new id, no listener, frames in the system's temporary folder. */
  public static JobOptions defaults() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. */
  public static final class Builder {
    private @Nullable String id;
    private GenerationListener listener = GenerationListener.NONE;
    private @Nullable Path frameDirectory;
    private @Nullable Path checkpoints;
    private boolean keepCheckpoint;

    private Builder() {}

    /** Default: a random UUID. Must be unique among checkpoints in one folder. */
    public Builder id(String value) {
      id = value;
      return this;
    }

    /** Default {@link GenerationListener#NONE}. */
    public Builder listener(GenerationListener value) {
      listener = value;
      return this;
    }

    /** Where finished frames wait; it needs room for width x height x 3 bytes a frame. */
    public Builder frameDirectory(@Nullable Path folder) {
      frameDirectory = folder;
      return this;
    }

    /** Where checkpoints go; made when missing. Default: nowhere. */
    public Builder checkpoints(@Nullable Path folder) {
      checkpoints = folder;
      return this;
    }

    /** Whether the checkpoint stays when the video was delivered whole. Default: removed. */
    public Builder keepCheckpoint(boolean value) {
      keepCheckpoint = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws InvalidRequestException {@code JOB_ID}
     */
    public JobOptions build() {
      return new JobOptions(
          id == null ? UUID.randomUUID().toString() : id,
          listener,
          frameDirectory,
          checkpoints,
          keepCheckpoint);
    }
  }
}
