package dev.framepack.engine.packing;

import java.util.Arrays;

/**
 * Context frames that are encoded by one kernel, in order of time.
 *
 * @param form how frames become tokens
 * @param kernel what encodes them
 * @param frames which frames of the video, {@link SectionPlan#BLANK} where there is none, {@link
 *     SectionPlan#picture} for what is none
 * @param indices the rotary embedding's frame index of each
 */
@SuppressWarnings("ArrayRecordComponent") // part of a plan, compared nowhere
public record ContextPart(Form form, PatchKernel kernel, int[] frames, int[] indices) {

  /** How frames become tokens. */
  public enum Form {
    /** Patchify over contiguous frames. */
    FRAMES,
    /** Each frame pooled on its own, then patchify ({@link TailMode#APPEND}). */
    APPENDED_TAIL,
    /** One mean of all frames, then patchify ({@link TailMode#COMPRESS}). */
    COMPRESSED_TAIL
  }

  public ContextPart {
    if (frames.length != indices.length) {
      throw new IllegalArgumentException(
          "ContextPart: %s frames but %s indices".formatted(frames.length, indices.length));
    }
  }

  /** Tokens of this part. */
  public long tokens(int latentHeight, int latentWidth) {
    return switch (form) {
      case FRAMES -> kernel.tokens(frames.length, latentHeight, latentWidth);
      case APPENDED_TAIL ->
          frames.length
              * kernel.tokens(
                  1,
                  Math.ceilDiv(latentHeight, TailMode.APPEND_POOL),
                  Math.ceilDiv(latentWidth, TailMode.APPEND_POOL));
      case COMPRESSED_TAIL -> 1;
    };
  }

  @Override
  public String toString() {
    return "%s %s frames %s at %s"
        .formatted(form, kernel, Arrays.toString(frames), Arrays.toString(indices));
  }
}
