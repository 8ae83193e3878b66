package dev.framepack.engine.image;

/** The size of a picture, pixels. */
public record ImageSize(int height, int width) {
  public ImageSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "picture size: expected sides of 1 or more, found height %s, width %s"
              .formatted(height, width));
    }
  }
}
