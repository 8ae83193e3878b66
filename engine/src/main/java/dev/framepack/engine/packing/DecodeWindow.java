package dev.framepack.engine.packing;

/**
 * Latent frames that are decoded together: a section with its neighbour, so that the seam can be
 * faded (spec section 4, "Decode").
 *
 * @param number 0-based, in order of decoding
 * @param windows how many there are
 * @param firstFrame of the video's latent frames
 * @param frames how many from there
 */
public record DecodeWindow(int number, int windows, int firstFrame, int frames) {
  public boolean isLast() {
    return number == windows - 1;
  }
}
