package dev.framepack.engine.text;

import java.util.Arrays;

/**
 * A tokenised text, padded on the right.
 *
 * @param ids one id per position
 * @param length how many of them are real; the mask is 1 for those and 0 for the padding
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record Tokens(int[] ids, int length) {

  public Tokens {
    if (length < 0 || length > ids.length) {
      throw new IllegalArgumentException(
          "Tokens: length must be in 0..%s, found %s".formatted(ids.length, length));
    }
    ids = ids.clone();
  }

  @Override
  public int[] ids() {
    return ids.clone();
  }

  /** The ids without padding. */
  public int[] unpadded() {
    return Arrays.copyOf(ids, length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens that && length == that.length && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + length;
  }

  @Override
  public String toString() {
    return length + " of " + ids.length + " tokens";
  }
}
