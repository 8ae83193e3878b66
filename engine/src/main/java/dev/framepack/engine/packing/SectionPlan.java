package dev.framepack.engine.packing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One run of the denoiser: which latent frames it makes, which it sees, in what order they are
 * packed and where in time the rotary embedding puts each (spec section 4). Frames of the video are
 * counted from the start image, 0.
 *
 * @param number 0-based, in order of generation
 * @param plans how many there are
 * @param section of the video, counted in order of generation; a rolling window has several plans
 *     for one
 * @param sectionInTime the same in order of time, 0 the first that is made
 * @param firstFrame of the window being denoised
 * @param finishedFrames how many of the window are final after this plan: all of it, or 1 for a
 *     rolling window
 * @param latentIndices of the frames being denoised, W of them
 * @param context in packed order, the coarsest kernel first
 * @param decodes what can be decoded once this plan is done
 */
@SuppressWarnings("ArrayRecordComponent") // part of a plan, compared nowhere
public record SectionPlan(
    int number,
    int plans,
    int section,
    int sectionInTime,
    int firstFrame,
    int finishedFrames,
    int[] latentIndices,
    List<ContextPart> context,
    List<DecodeWindow> decodes) {

  /** Stands for a frame that does not exist: zeros. */
  public static final int BLANK = -1;

  /** Stands for a picture that is not a frame of the video; those below for further ones. */
  private static final int FIRST_PICTURE = -2;

  public SectionPlan {
    context = List.copyOf(context);
    decodes = List.copyOf(decodes);
  }

  /** What stands in the context for a picture that is not a frame of the video, 0 the first. */
  public static int picture(int number) {
    return FIRST_PICTURE - number;
  }

  /** Whether a frame of the context is a {@link #picture}. */
  public static boolean isPicture(int frame) {
    return frame <= FIRST_PICTURE;
  }

  /** Which {@link #picture} a frame of the context is. */
  public static int pictureNumber(int frame) {
    return FIRST_PICTURE - frame;
  }

  public boolean isFirst() {
    return number == 0;
  }

  /** W, the latent frames being denoised. */
  public int latentFrames() {
    return latentIndices.length;
  }

  /** Frame indices of all context encoded by a kernel, in packed order. */
  public int[] indices(PatchKernel kernel) {
    return context.stream()
        .filter(part -> part.kernel().equals(kernel) && part.form() == ContextPart.Form.FRAMES)
        .flatMapToInt(part -> Arrays.stream(part.indices()))
        .toArray();
  }

  /** Every frame of the video in the context. */
  public IntStream contextFrames() {
    return context.stream()
        .flatMapToInt(part -> Arrays.stream(part.frames()))
        .filter(frame -> frame >= 0);
  }

  /** Tokens of context and window. */
  public long tokens(int latentHeight, int latentWidth) {
    return PatchKernel.FULL.tokens(latentFrames(), latentHeight, latentWidth)
        + context.stream().mapToLong(part -> part.tokens(latentHeight, latentWidth)).sum();
  }
}
