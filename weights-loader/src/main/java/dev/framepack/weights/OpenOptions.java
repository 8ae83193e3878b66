package dev.framepack.weights;

/**
 * How to open weights.
 *
 * @param mode how the data is brought in
 * @param strictRoot refuse files that a symbolic link leads out of their folder. Off by default:
 *     the Hugging Face cache keeps its files elsewhere and links to them
 */
public record OpenOptions(LoadMode mode, boolean strictRoot) {
  /** Mapped, links allowed. */
  public static final OpenOptions MAPPED = new OpenOptions(LoadMode.MAPPED, false);

  /** Headers only, links allowed. */
  public static final OpenOptions HEADER_ONLY = new OpenOptions(LoadMode.HEADER_ONLY, false);
}
