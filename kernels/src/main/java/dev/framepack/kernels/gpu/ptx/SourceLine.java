package dev.framepack.kernels.gpu.ptx;

import org.jspecify.annotations.Nullable;

/**
 * A line of a template.
 *
 * @param file below {@code ptx/}
 * @param number from 1
 * @param usedFrom the {@code #use} or {@code #include} that brought it in, if any
 */
public record SourceLine(String file, int number, @Nullable SourceLine usedFrom) {

  /** How many uses and includes deep it stands. */
  int depth() {
    return usedFrom == null ? 0 : 1 + usedFrom.depth();
  }

  @Override
  public String toString() {
    return file + ":" + number + (usedFrom == null ? "" : " (from " + usedFrom + ")");
  }
}
