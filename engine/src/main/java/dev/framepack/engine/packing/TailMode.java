package dev.framepack.engine.packing;

/** What becomes of frames older than those a packing lists (paper section 3.1, tail options). */
public enum TailMode {
  /** They are forgotten. */
  DELETE("td"),
  /**
   * Each is pooled by (1, 32, 32) and encoded with the nearest kernel: the context grows by a token
   * or so a frame.
   */
  APPEND("ta"),
  /** Their mean over time and space is encoded with the nearest kernel: one token for all. */
  COMPRESS("tc");

  /** Rows and columns of latents that {@link #APPEND} pools. */
  public static final int APPEND_POOL = 32;

  private final String notation;

  TailMode(String notation) {
    this.notation = notation;
  }

  @Override
  public String toString() {
    return notation;
  }
}
