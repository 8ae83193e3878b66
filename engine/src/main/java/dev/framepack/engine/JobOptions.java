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
 */
public record JobOptions(String id, GenerationListener listener, @Nullable Path frameDirectory) {
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

    private Builder() {}

    /** Default: a random UUID. Need not be unique, but is of more use where it is. */
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

    /**
     * The options.
     *
     * @throws InvalidRequestException {@code JOB_ID}
     */
    public JobOptions build() {
      return new JobOptions(
          id == null ? UUID.randomUUID().toString() : id, listener, frameDirectory);
    }
  }
}
